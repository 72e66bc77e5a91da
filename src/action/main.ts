import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { cancelOnSignals } from '../build/cancel.js';
import { build } from '../build/pipeline.js';
import { readRequest } from '../build/request.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { toMixReleaseError } from '../errors.js';
import { annotate, annotateFailure } from './annotations.js';
import { artifactPublisher } from './artifact.js';
import { readInputs } from './inputs.js';
import { outputsOf, setErrorCode, setOutputs } from './outputs.js';
import { printLast, workflowReporter } from './reporter.js';
import { saveRun } from './state.js';

async function main(): Promise<void> {
  let diagnostics: readonly Diagnostic[] = [];
  try {
    const signal = cancelOnSignals();
    const run = randomUUID();
    saveRun(run);
    const workspace = process.env.GITHUB_WORKSPACE ?? process.cwd();
    const surroundings = { checkout: workspace, cwd: workspace, env: process.env, artifactByDefault: true };
    const request = await readRequest(readInputs(), surroundings);
    request.access?.secrets.forEach((secret) => core.setSecret(secret));
    const publish = request.artifact && artifactPublisher(request.artifact);
    const result = await build(request, {
      reporter: workflowReporter({ verbose: core.isDebug() }),
      signal,
      run,
      keepState: false,
      env: process.env,
      publish,
      onDiagnosed: (found) => (diagnostics = found),
      onPlaced: (releases) => setOutputs(outputsOf({ releases, artifacts: [] })),
    });
    setOutputs(outputsOf(result));
    annotate(diagnostics, false);
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    setErrorCode(error.code);
    printLast(error.output);
    annotate(diagnostics, true);
    annotateFailure(error, process.env);
    process.exitCode = error.exitStatus;
  }
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void main();
