import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { build } from '../pipeline/build.js';
import { readRequest, type BuildRequest } from '../options/request.js';
import type { BuiltRelease } from '../pipeline/result.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { toMixReleaseError, type MixReleaseError } from '../errors.js';
import { pageOfRun, writeReport } from '../summary/result.js';
import { annotate, annotateFailure } from './annotations.js';
import { artifactPublisher } from './artifact.js';
import { workflowCache } from './cache.js';
import { readInputs } from './inputs.js';
import { outputsOf, setErrorCode, setOutputs } from './outputs.js';
import { printLast, workflowReporter } from './reporter.js';
import { saveRun } from './state.js';
import { writeSummary } from './summary.js';

async function main(): Promise<void> {
  let request: BuildRequest | undefined;
  let releases: readonly BuiltRelease[] = [];
  let diagnostics: readonly Diagnostic[] = [];
  try {
    const signal = cancelOnSignals();
    const run = randomUUID();
    saveRun(run);
    const workspace = process.env.GITHUB_WORKSPACE ?? process.cwd();
    const surroundings = { checkout: workspace, cwd: workspace, env: process.env };
    request = await readRequest(readInputs(), surroundings);
    request.access?.secrets.forEach((secret) => core.setSecret(secret));
    const publish = request.artifact && artifactPublisher(request.artifact);
    const result = await build(request, {
      reporter: workflowReporter({ verbose: core.isDebug() }),
      signal,
      run,
      keepState: false,
      store: workflowCache(),
      env: process.env,
      publish,
      onDiagnosed: (found) => (diagnostics = found),
      onPlaced: (placed) => {
        releases = placed;
        setOutputs(outputsOf({ releases, artifacts: [], cacheHit: undefined }));
      },
    });
    setOutputs(outputsOf(result));
    annotate(diagnostics, false);
    await tell(request, result.releases, undefined);
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    setErrorCode(error.code);
    printLast(error.output);
    annotate(diagnostics, true);
    annotateFailure(error, process.env);
    process.exitCode = error.exitStatus;
    await tellFailure(request, releases, error);
  }
}

/** Writes the summary and the report. Options that could not be read asked for a summary, unless they said no. */
async function tell(
  request: BuildRequest | undefined,
  releases: readonly BuiltRelease[],
  error: MixReleaseError | undefined,
): Promise<void> {
  const page = await pageOfRun(releases, error, process.env);
  if (request?.report !== undefined) await writeReport(request.report, page);
  if (request?.summary ?? core.getInput('summary') !== 'false') await writeSummary(page);
}

/** The error that is told counts, and not that telling it failed, too. */
async function tellFailure(...told: Parameters<typeof tell>): Promise<void> {
  try {
    await tell(...told);
  } catch (thrown) {
    core.warning(`no summary: ${toMixReleaseError(thrown).message}`);
  }
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void main();
