import * as core from '@actions/core';
import type { CacheStore } from '../cache/store.js';
import type { Engine } from '../engine/engine.js';
import type { Environment } from '../environment.js';
import { withConfigFile } from '../options/file/config-file.js';
import { readRequests, type BuildRequest, type BuildRequests } from '../options/request.js';
import { build } from '../pipeline/build.js';
import type { BuildOutcome } from '../pipeline/result.js';
import { failedOutcome } from '../pipeline/outcome.js';
import type { BuildContext } from '../pipeline/run.js';
import { writePages } from '../summary/pages.js';
import { annotate, annotateFailure } from './annotations.js';
import { artifactPublisher } from './artifact.js';
import { readInputs, requireNoReplacedInput, withInputDefaults } from './inputs.js';
import { logInfo, logWarning } from './log.js';
import { setOutputs } from './outputs.js';
import { printLast, workflowReporter } from './reporter.js';
import { saveRunId } from './state.js';
import { writeSummary } from './summary.js';

/** What the process provides to the main step. */
export interface StepContext {
  readonly env: Environment;
  /** Cancels the build. */
  readonly signal: AbortSignal;
  /** Identifier of this run. */
  readonly id: string;
  readonly connect: () => Promise<Engine>;
  /** GitHub's cache; undefined where there is none. */
  readonly store: CacheStore | undefined;
}

/**
 * The main step: reads the inputs, builds, and reports in outputs, annotations, the summary and the report. Never throws.
 *
 * @returns the exit status
 */
export async function buildStep(step: StepContext): Promise<number> {
  let request: BuildRequest | undefined;
  let outcome: BuildOutcome;
  try {
    saveRunId(step.id);
    const requests = await requestsOf(step.env);
    [request] = requests;
    request.access?.secrets.forEach((secret) => core.setSecret(secret));
    outcome = await build(requests, contextOf(request, step));
  } catch (thrown) {
    outcome = failedOutcome(thrown);
  }
  const { error } = outcome;
  setOutputs({ ...outcome.outputs, 'error-code': error?.code ?? '' });
  if (error) printLast(error.output);
  annotate(outcome.diagnostics, error !== undefined);
  if (error) annotateFailure(error, step.env);
  await writePages(outcome, step.env, {
    report: request?.report,
    // Without valid options, write a summary unless the input says false.
    summary: (request?.summary ?? !refusesSummary()) ? writeSummary : undefined,
    warn: logWarning,
  });
  return error?.exitStatus ?? 0;
}

function refusesSummary(): boolean {
  return String(readInputs().summary).trim().toLowerCase() === 'false';
}

async function requestsOf(env: Environment): Promise<BuildRequests> {
  requireNoReplacedInput();
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
  const from = { checkout: workspace, cwd: workspace };
  const raw = await withConfigFile(readInputs(), { ...from, by: 'action', note: logInfo });
  return readRequests(withInputDefaults(raw), { ...from, env });
}

/** @throws MixReleaseError where the requested artifact cannot be uploaded */
function contextOf(request: BuildRequest, { env, signal, id, connect, store }: StepContext): BuildContext {
  return {
    reporter: workflowReporter({ verbose: core.isDebug() }),
    publish: request.artifact && artifactPublisher(request.artifact),
    keepState: false,
    ...{ env, signal, id, connect, store },
  };
}
