import { inAttempts, type AttemptsContext } from '../../builder/attempts.js';
import { openAccess } from '../../access/credentials-dir.js';
import type { Probe } from '../../builder/probe.js';
import { STATE } from '../../builder/layout.js';
import type { MixRun } from '../../mix/mix-run.js';
import { lockNote, probeOf, startBuilding, startFetching, startMix, type MixContext } from '../../mix/mix.js';
import type { DepsAccess } from '../../options/sections/deps-access.js';
import type { BuildRequest } from '../../options/request.js';

/** Mix, where the dependencies are there and the compilation begins. */
export interface WithDeps {
  readonly mix: MixRun;
  readonly probe: Probe;
  /** What a person should know of the lock. */
  readonly lock: readonly string[];
  /** What Mix said of the releases before anything was fetched. */
  readonly facts: ReadonlyMap<string, string>;
}

/**
 * Starts Mix and waits until the dependencies are there. What gives access to private places is for a virtual machine
 * of its own, and is gone before anything is compiled: code of dependencies runs then.
 *
 * @throws MixReleaseError as `startMix` says, or `ssh-agent-failed`
 */
export async function startWithDeps(setting: MixContext, request: BuildRequest): Promise<WithDeps> {
  const { access, releases } = request;
  const upTo = request.beforeRelease === undefined ? 'release' : 'compile';
  if (access !== undefined) {
    const facts = factsOf(await fetchWith(access, setting, releases));
    return { ...facts, mix: startBuilding(setting, releases, upTo) };
  }
  const mix = startMix(setting, releases, upTo);
  await mix.reached('compile');
  return { ...factsOf(mix), mix };
}

/**
 * As `startWithDeps`, up to three times where the network failed: all of Mix starts again, because what it knows of
 * dependencies is not made to be asked twice.
 *
 * @throws MixReleaseError as `startWithDeps`
 */
export async function startInAttempts(
  setting: MixContext,
  request: BuildRequest,
  context: AttemptsContext,
): Promise<WithDeps> {
  return inAttempts('mix deps.get', () => startWithDeps(setting, request), context);
}

function factsOf(run: MixRun): Omit<WithDeps, 'mix'> {
  return { probe: probeOf(run), lock: [lockNote(run) ?? []].flat(), facts: run.facts };
}

async function fetchWith(access: DepsAccess, setting: MixContext, releases: readonly string[]): Promise<MixRun> {
  const { container, onLine, redact } = setting;
  await using open = await openAccess({
    ...access,
    container,
    hexHome: `${STATE}/hex`,
    env: { ...setting.env, ...access.env },
    onLine: (line) => onLine(redact(line)),
  });
  const run = startFetching({ ...setting, env: open.env }, releases);
  await run.finished();
  return run;
}
