import { randomUUID } from 'node:crypto';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { build } from '../pipeline/build.js';
import { readRequest, type BuildRequest } from '../options/request.js';
import type { BuildResult, BuiltRelease } from '../pipeline/result.js';
import { MixReleaseError, toMixReleaseError } from '../errors.js';
import type { Invocation } from './program.js';
import { terminalReporter } from './progress.js';

/** Builds, and prints the result on standard output: the tarballs' paths, one a line, or with `--json` one object. */
export async function buildCommand(invocation: Extract<Invocation, { command: 'build' }>): Promise<void> {
  const { directory, options, json } = invocation;
  const surroundings = { checkout: directory, cwd: process.cwd(), env: process.env };
  const request = await readRequest(options, surroundings);
  requirePlaceForSummary(request);
  const { releases } = await buildAndTell(request, invocation.verbose);
  const lines = json ? [JSON.stringify({ releases })] : releases.map(({ tarball }) => tarball);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Builds, and writes the report and the summary also of a build that failed. */
async function buildAndTell(request: BuildRequest, verbose: boolean): Promise<BuildResult> {
  let placed: readonly BuiltRelease[] = [];
  try {
    const publish = request.artifact && (await import('../action/artifact.js')).artifactPublisher(request.artifact);
    const result = await build(request, {
      reporter: terminalReporter(process.stderr, verbose),
      signal: cancelOnSignals(),
      run: randomUUID(),
      keepState: true,
      store: undefined,
      env: process.env,
      publish,
      onPlaced: (releases) => {
        placed = releases;
      },
    });
    await tell(request, result.releases, undefined);
    return result;
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    await tell(request, placed, error).catch((second: unknown) => {
      process.stderr.write(`no report: ${toMixReleaseError(second).message}\n`);
    });
    throw error;
  }
}

async function tell(
  { report, summary }: BuildRequest,
  releases: readonly BuiltRelease[],
  error: MixReleaseError | undefined,
): Promise<void> {
  if (report === undefined && !summary) return;
  const { pageOfRun, writeReport } = await import('../summary/result.js');
  const page = await pageOfRun(releases, error, process.env);
  if (report !== undefined) await writeReport(report, page);
  if (summary) await (await import('../action/summary.js')).writeSummary(page);
}

function requirePlaceForSummary({ summary }: BuildRequest): void {
  if (!summary || process.env.GITHUB_STEP_SUMMARY) return;
  throw new MixReleaseError('bad-option', {
    what: 'a summary was asked for, and there is none of a job here',
    next: 'Summaries exist inside GitHub Actions. Leave --summary out, and take --report report.html for the same as a file.',
  });
}
