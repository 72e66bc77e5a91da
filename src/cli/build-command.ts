import { randomUUID } from 'node:crypto';
import { connectEngine } from '../engine/connect.js';
import type { Engine } from '../engine/engine.js';
import { MixReleaseError } from '../errors.js';
import { inert } from '../inert.js';
import { withConfigFile } from '../options/file/config-file.js';
import { readRequests, type BuildRequest } from '../options/request.js';
import { build } from '../pipeline/build.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import type { BuildOutcome } from '../pipeline/result.js';
import type { BuildContext } from '../pipeline/run.js';
import type { Invocation } from './program.js';
import { terminalReporter } from './progress.js';

/**
 * Builds, and prints the result on standard output: the tarballs' paths, one per line, or with `--json` one object.
 *
 * @throws MixReleaseError when the build failed; its report and summary are written, too
 */
export async function buildCommand(
  invocation: Extract<Invocation, { command: 'build' }>,
  connect: () => Promise<Engine> = connectEngine,
): Promise<void> {
  const { directory, options, json } = invocation;
  const note = (text: string): void => void process.stderr.write(`${inert(text)}\n`);
  const from = { checkout: directory, cwd: process.cwd(), env: process.env };
  const requests = await readRequests(await withConfigFile(options, { ...from, by: 'command', note }), from);
  const [request] = requests;
  requireSummaryFile(request);
  const outcome = await build(requests, await contextOf(request, invocation.verbose, connect));
  await writePagesOf(request, outcome);
  if (outcome.error) throw outcome.error;
  const { releases } = outcome;
  const lines = json ? [JSON.stringify({ releases })] : releases.map(({ tarball }) => tarball);
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function contextOf(
  request: BuildRequest,
  verbose: boolean,
  connect: () => Promise<Engine>,
): Promise<BuildContext> {
  return {
    reporter: terminalReporter(process.stderr, verbose),
    signal: cancelOnSignals(),
    id: randomUUID(),
    keepState: true,
    store: undefined,
    env: process.env,
    publish: request.artifact && (await import('../action/artifact.js')).artifactPublisher(request.artifact),
    connect,
  };
}

async function writePagesOf({ report, summary }: BuildRequest, outcome: BuildOutcome): Promise<void> {
  if (report === undefined && !summary) return;
  const { writePages } = await import('../summary/pages.js');
  await writePages(outcome, process.env, {
    report,
    summary: summary ? (await import('../action/summary.js')).writeSummary : undefined,
    warn: (text) => process.stderr.write(`warning: ${inert(text)}\n`),
  });
}

function requireSummaryFile({ summary }: BuildRequest): void {
  if (!summary || process.env.GITHUB_STEP_SUMMARY) return;
  throw new MixReleaseError('bad-option', {
    what: 'a summary was requested, but there is no job summary here',
    next: 'Job summaries exist only in GitHub Actions. Leave --summary out; --report report.html writes the same page to a file.',
  });
}
