import { randomUUID } from 'node:crypto';
import { requireTarget } from '../builder/expected.js';
import { toProbe, type Probe } from '../builder/probe.js';
import { TASKS } from '../builder/tasks-path.js';
import type { Redact } from '../access/redact.js';
import type { RunningContainer } from '../engine/container.js';
import { MixReleaseError, type ErrorCode } from '../errors.js';
import { nearest } from '../targets/find.js';
import type { Target } from '../targets/table.js';
import { startMixRun, type MixFailure, type MixRun, type MixStage } from './mix-run.js';
import type { ReleaseArgs } from './release-args.js';

/** What Mix resolved a release to. */
export interface ReleaseFacts {
  readonly name: string;
  readonly version: string;
  /** Directory in the container. */
  readonly path: string;
  readonly erts: string;
}

/** Holds the name and the version of a release against the tag. */
export type VersionCheck = (release: { readonly name: string; readonly version: string }) => void;

/** Everything the Mix commands of one build have in common. */
export interface MixContext {
  readonly container: RunningContainer;
  /** Directory of the project in the container. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mixEnv: string;
  readonly onLine: (line: string) => void;
  readonly redact: Redact;
  readonly target: Target;
  /** The base image, for messages. */
  readonly image: string;
  readonly releaseArgs: ReleaseArgs;
  /** Whether a lock that fetching would change is an error. */
  readonly checkLocked: boolean;
  /** What every release has to pass when Mix has said its version, before it is assembled. */
  readonly checkVersion?: VersionCheck;
}

/** Status with which our own task refuses the image. */
const MISMATCH = 65;
/** Status with which our own task refuses the names of releases. */
const NAMES_REFUSED = 64;
/** Status with which our own task refuses a lock that fetching has changed. */
const DRIFTED = 66;
const PREFIX = 'mix_release_builder';

/**
 * Starts Mix once for everything up to the first release: the probe, the check of the names, dependencies,
 * compilation and assembly. A start of the virtual machine costs a third of a second, and twenty times that emulated.
 *
 * Its waits throw MixReleaseError `image-mismatch`, `unknown-release`, `ambiguous-release`, `deps-failed`,
 * `lockfile-outdated`, `compile-failed`, `version-mismatch` or `release-failed`.
 *
 * @param releases - the names that were asked for, of which the first is assembled; none for the one that Mix chooses
 */
export function startMix(mix: MixContext, releases: readonly string[]): MixRun {
  const mark = randomUUID();
  const tasks = [...depsTasks(mix, mark, releases, []), ...buildTasks(mix, mark, releases)];
  return startTasks(mix, mark, 'deps', releases, tasks);
}

/**
 * Starts Mix for what comes before the compilation, and for nothing else: what this machine is given, the next one does
 * not see.
 */
export function startFetching(mix: MixContext, releases: readonly string[]): MixRun {
  const mark = randomUUID();
  return startTasks(mix, mark, 'deps', releases, depsTasks(mix, mark, releases, [[`${PREFIX}.hex_auth`]]));
}

/** Starts Mix for compilation and assembly, where the dependencies are there. */
export function startBuilding(mix: MixContext, releases: readonly string[]): MixRun {
  const mark = randomUUID();
  return startTasks(mix, mark, 'compile', releases, buildTasks(mix, mark, releases));
}

/** Assembles one more release of the project, from what is compiled. */
export function startRelease(mix: MixContext, name: string): MixRun {
  const mark = randomUUID();
  // Forced once is enough.
  const args = mix.releaseArgs.release.filter((word) => word !== '--force');
  return startTasks(mix, mark, 'release', [name], releaseTasks(mark, name, args));
}

type Tasks = readonly (readonly string[])[];

const stage = (mark: string, name: MixStage): readonly string[] => [`${PREFIX}.stage`, mark, name];

function depsTasks(
  { target, mixEnv, checkLocked, releaseArgs }: MixContext,
  mark: string,
  releases: readonly string[],
  before: Tasks,
): Tasks {
  const lock = checkLocked ? [[`${PREFIX}.lock`, mark]] : [];
  return [
    [`${PREFIX}.probe`, mark, target.machine, target.libc],
    [`${PREFIX}.releases`, mark, ...releases],
    ...lock,
    ...before,
    ['deps.get', '--only', mixEnv, ...archivesCheck(releaseArgs)],
    ...lock,
  ];
}

function buildTasks({ releaseArgs }: MixContext, mark: string, releases: readonly string[]): Tasks {
  const { compile, compiles, checksDeps, release } = releaseArgs;
  // The check is what compiles dependencies otherwise.
  const unchecked = compiles && !checksDeps ? [['deps.compile', ...archivesCheck(releaseArgs)]] : [];
  return [
    stage(mark, 'compile'),
    ...unchecked,
    compiles ? [`${PREFIX}.compile`, mark, ...compile] : ['loadpaths', '--no-compile', ...compile],
    stage(mark, 'release'),
    ...releaseTasks(mark, releases[0], release),
  ];
}

const archivesCheck = ({ compile }: ReleaseArgs): readonly string[] =>
  compile.filter((word) => word === '--no-archives-check');

/** `name` undefined means the release that Mix chooses. */
function releaseTasks(mark: string, name: string | undefined, args: readonly string[]): Tasks {
  const names = name === undefined ? [] : [name];
  return [
    [`${PREFIX}.describe`, mark, ...names, ...args],
    ['release', ...names, ...args, '--overwrite'],
  ];
}

function startTasks(
  setting: MixContext,
  mark: string,
  firstStage: MixStage,
  releases: readonly string[],
  tasks: Tasks,
): MixRun {
  const { container, cwd, env, onLine, redact, checkVersion } = setting;
  const separated = tasks.flatMap((task, at) => (at === 0 ? task : [',', ...task]));
  const argv = ['elixir', '-pa', TASKS, '-S', 'mix', 'do', ...separated];
  return startMixRun({
    container,
    command: { title: 'mix', argv, cwd, env },
    mark,
    firstStage,
    onLine,
    redact,
    onFact: (name, facts) => {
      if (name === 'version') checkVersion?.({ name: facts.get('name') ?? '', version: facts.get('version') ?? '' });
    },
    explain: (failure) => explain(failure, releases, setting),
  });
}

/** What the image said of itself at the beginning of a run. */
export function probeOf(run: MixRun): Probe {
  return toProbe(run.facts);
}

/** What Mix said of the release that a run assembled. */
export function releaseOf({ facts }: MixRun): ReleaseFacts {
  const fact = (key: string): string => facts.get(key) ?? '';
  return { name: fact('name'), version: fact('version'), path: fact('path'), erts: fact('erts_version') };
}

const FAILURES: Readonly<
  Partial<Record<MixStage, { readonly code: ErrorCode; readonly command: string; readonly next: string }>>
> = {
  deps: {
    code: 'deps-failed',
    command: 'mix deps.get',
    next: 'Read what Mix printed; `mix deps.get` in the project shows the same.',
  },
  compile: { code: 'compile-failed', command: 'mix compile', next: 'Read the error of the compiler above.' },
  release: { code: 'release-failed', command: 'mix release', next: 'Read what Mix printed above.' },
};

function explain(failure: MixFailure, releases: readonly string[], { target, image }: MixContext): MixReleaseError {
  const { stage, status, output, facts } = failure;
  if (status === MISMATCH && stage === 'deps') requireTarget(toProbe(facts), target, image);
  const defined = facts.get('releases');
  if (status === NAMES_REFUSED && stage === 'deps' && defined !== undefined) {
    return namesRefused(releases, defined.split(' ').filter(Boolean));
  }
  const drifted = facts.get('drifted');
  if (status === DRIFTED && stage === 'deps' && drifted !== undefined) return lockfileOutdated(drifted.split('\n'));
  const { code, command, next } = FAILURES[stage] ?? { code: 'release-failed', command: 'mix', next: '' };
  const memory = status === 137 ? ' It was killed: the engine may be short of memory.' : '';
  const what = `${command} failed with exit status ${String(status)}`;
  return new MixReleaseError(code, { what, next: `${next}${memory}`, output });
}

function lockfileOutdated(drifted: readonly string[]): MixReleaseError {
  return new MixReleaseError('lockfile-outdated', {
    what: `mix.lock does not fit the project: ${drifted.join('; ')}`,
    next: 'Run `mix deps.get` in the project and commit mix.lock. With check-locked set to false, what `mix deps.get` chooses is built.',
  });
}

/** What a person should know of a run's lock; undefined where it is as it should be. */
export function lockNote({ facts }: MixRun): string | undefined {
  if (!facts.has('unlocked')) return undefined;
  return 'the checkout has no mix.lock: the newest dependencies that fit are built, which may be others the next time';
}

function namesRefused(requested: readonly string[], defined: readonly string[]): MixReleaseError {
  const list = defined.join(', ');
  const unknown = requested.find((name) => !defined.includes(name));
  if (unknown === undefined) {
    return new MixReleaseError('ambiguous-release', {
      what: `the project defines several releases (${list}) and none was named`,
      next: `Name one or several with release, or set default_release in mix.exs.`,
    });
  }
  const known = defined.length === 0 ? 'The project defines no releases: leave release out.' : `It defines ${list}.`;
  return new MixReleaseError('unknown-release', {
    what: `the project has no release '${unknown}'`,
    next: `${known} ${nearest(unknown, defined)}`.trim(),
  });
}
