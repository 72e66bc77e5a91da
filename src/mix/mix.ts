import { randomUUID } from 'node:crypto';
import { requireTarget } from '../builder/expected.js';
import { toProbe, type Probe } from '../builder/probe.js';
import { TASKS } from '../builder/tasks-path.js';
import type { Redact } from '../access/redact.js';
import { adviceFor, because, likelyCauses } from '../causes/find.js';
import { BUILDING } from '../causes/building/rules.js';
import type { FileView } from '../causes/file-view.js';
import { packageSystemOf, type Cause } from '../causes/rule.js';
import type { RunningContainer } from '../engine/container.js';
import { MixReleaseError, type ErrorCode } from '../errors.js';
import { nearest } from '../targets/find.js';
import type { Target } from '../targets/table.js';
import { crossRefused } from './cross-refused.js';
import { startMixRun, type MixFailure, type MixRun, type MixStage } from './mix-run.js';
import type { ReleaseArgs } from './release-args.js';

/** The facts that Mix reports about a release. */
export interface ReleaseFacts {
  readonly name: string;
  readonly version: string;
  /** Directory in the container. */
  readonly path: string;
  readonly erts: string;
}

/** Compares a release's version with the tag. */
export type VersionCheck = (release: { readonly name: string; readonly version: string }) => void;

/** Digests in hex of what a compilation begins with; src/builder/elixir/prepare.ex compares them. */
export interface CompileInputs {
  /** Of all that was sent, with links, modes and the revision of git. */
  readonly whole: string;
  /** Of the builder image and all variables that code may read, without SOURCE_DATE_EPOCH. */
  readonly environment: string;
  /** Of the hooks' text. */
  readonly epoch: string;
}

/** What all Mix commands of a build share. */
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
  /** The checkout by its paths in the container, for causes of failures. */
  readonly sources?: FileView;
  /** Whether a lock that `mix deps.get` would change is an error. */
  readonly checkLocked: boolean;
  /** Whether where the applications of a release come from is reported when it is assembled. */
  readonly inventory: boolean;
  /** What decides which compiled code is used again. */
  readonly inputs: CompileInputs;
  /** Erlang root of another machine, in the container, which releases take the runtime of; undefined for that of Mix. */
  readonly runtime?: string;
  /** What to do where the output shows that the project's history is not complete; '' where it does not. */
  readonly adviseOn?: (output: readonly string[]) => string;
  /** Called for every release when its version is known, before it is assembled. */
  readonly checkVersion?: VersionCheck;
}

/** Exit status of our task for an image that does not match the target. */
const MISMATCH = 65;
/** Exit status of our task for invalid names of releases. */
const NAMES_REFUSED = 64;
/** Exit status of our task for a lock that `mix deps.get` has changed. */
const LOCK_CHANGED = 66;
const PREFIX = 'mix_release_builder';

/**
 * Starts Mix once for everything up to the first release: the probe, the check of the names, dependencies,
 * compilation and assembly. A start of the BEAM costs a third of a second, and twenty times that under emulation.
 *
 * Its waits throw MixReleaseError `image-mismatch`, `unknown-release`, `ambiguous-release`, `deps-failed`,
 * `lockfile-outdated`, `compile-failed`, `version-mismatch` or `release-failed`.
 *
 * @param releases - the requested names, of which the first is assembled; empty for the one that Mix chooses
 */
export function startMix(mix: MixContext, releases: readonly string[], upTo: UpTo): MixRun {
  const mark = randomUUID();
  const tasks = [...depsTasks(mix, mark, releases, []), ...buildTasks(mix, mark, releases, upTo)];
  return startTasks(mix, mark, 'deps', releases, tasks);
}

/**
 * Starts Mix only for the steps before the compilation: later BEAM instances do not see the credentials of this
 * one.
 */
export function startFetching(mix: MixContext, releases: readonly string[]): MixRun {
  const mark = randomUUID();
  return startTasks(mix, mark, 'deps', releases, depsTasks(mix, mark, releases, [[`${PREFIX}.hex_auth`]]));
}

/** Starts Mix for compilation and assembly, after the dependencies were fetched. */
export function startBuilding(mix: MixContext, releases: readonly string[], upTo: UpTo): MixRun {
  const mark = randomUUID();
  return startTasks(mix, mark, 'compile', releases, buildTasks(mix, mark, releases, upTo));
}

/**
 * Assembles one more release of the project, from the compiled code.
 *
 * @param name - undefined for the release that Mix chooses
 * @param restores - whether code of another target is in place, and is not needed any more
 */
export function startRelease(mix: MixContext, name: string | undefined, restores = false): MixRun {
  const mark = randomUUID();
  // The compilation was forced already.
  const args = mix.releaseArgs.release.filter((word) => word !== '--force');
  const names = name === undefined ? [] : [name];
  return startTasks(mix, mark, 'release', names, [
    ...runtimeTasks(mix, mark),
    ...releaseTasks(mix, mark, name, args),
    ...restoring(restores),
  ]);
}

/** What native code of a target is made with. */
export interface CrossInputs {
  /** `e_machine` of the target's files. */
  readonly machine: number;
  /** Digest of the variables that code may read. */
  readonly environment: string;
  /** What the compilers are, such as the tag of their image. */
  readonly compilers: string;
}

/**
 * Exchanges native code for that of the context's target, and then assembles the first release, in one BEAM instance.
 *
 * Its waits throw MixReleaseError `cannot-cross`, or what `startRelease` says.
 *
 * @param name - undefined for the release that Mix chooses
 * @param restores - whether no other release of this target follows: the code of the compilation is put back then
 */
export function startCross(mix: MixContext, name: string | undefined, restores: boolean, cross: CrossInputs): MixRun {
  const mark = randomUUID();
  const { release, compile } = mix.releaseArgs;
  const args = compile.filter((word) => word !== '--force');
  const inputs = [mix.target.triple, String(cross.machine), cross.environment, cross.compilers];
  return startTasks(mix, mark, 'natives', name === undefined ? [] : [name], [
    ...runtimeTasks(mix, mark),
    [`${PREFIX}.cross`, mark, ...inputs, ...args],
    stage(mark, 'release'),
    ...releaseTasks(
      mix,
      mark,
      name,
      release.filter((word) => word !== '--force'),
    ),
    ...restoring(restores),
  ]);
}

const restoring = (restores: boolean): Tasks => (restores ? [[`${PREFIX}.restore`]] : []);

const runtimeTasks = ({ runtime }: MixContext, mark: string): Tasks =>
  runtime === undefined ? [] : [[`${PREFIX}.erts`, mark, runtime]];

/** How far one run of Mix goes: to the first release, or to the compiled code, where something is to run in between. */
export type UpTo = 'compile' | 'release';

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

function buildTasks(mix: MixContext, mark: string, releases: readonly string[], upTo: UpTo): Tasks {
  const { releaseArgs, inputs } = mix;
  const { compile, compiles, release } = releaseArgs;
  const prepare = compiles ? [[`${PREFIX}.prepare`, mark, inputs.whole, inputs.environment, inputs.epoch]] : [];
  return [
    stage(mark, 'compile'),
    ...prepare,
    compiles ? [`${PREFIX}.compile`, mark, ...compile] : ['loadpaths', '--no-compile', ...compile],
    stage(mark, 'release'),
    ...(upTo === 'release' ? releaseTasks(mix, mark, releases[0], release) : []),
  ];
}

const archivesCheck = ({ compile }: ReleaseArgs): readonly string[] =>
  compile.filter((word) => word === '--no-archives-check');

/** `name` undefined means the release that Mix chooses. */
function releaseTasks(
  { inventory }: MixContext,
  mark: string,
  name: string | undefined,
  args: readonly string[],
): Tasks {
  const names = name === undefined ? [] : [name];
  return [
    [`${PREFIX}.describe`, mark, ...names, ...args],
    ...(inventory ? [[`${PREFIX}.inventory`, mark]] : []),
    ['release', ...names, ...args, '--overwrite'],
  ];
}

function startTasks(
  mix: MixContext,
  mark: string,
  firstStage: MixStage,
  releases: readonly string[],
  tasks: Tasks,
): MixRun {
  const { container, cwd, env, onLine, redact, checkVersion } = mix;
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
    explain: (failure) => explain(failure, releases, mix),
  });
}

/** The probe of the image at the beginning of a run. */
export function probeOf(run: MixRun): Probe {
  return toProbe(run.facts);
}

/** The facts of the release that a run assembled. */
export function releaseOf({ facts }: MixRun): ReleaseFacts {
  const fact = (key: string): string => facts.get(key) ?? '';
  return { name: fact('name'), version: fact('version'), path: fact('path'), erts: fact('erts_version') };
}

/** Where the applications of the release that a run assembled come from, as JSON; undefined where nobody asked. */
export function inventoryOf({ facts }: MixRun): string | undefined {
  return facts.get('inventory');
}

const FAILURES: Readonly<
  Partial<Record<MixStage, { readonly code: ErrorCode; readonly command: string; readonly next: string }>>
> = {
  deps: {
    code: 'deps-failed',
    command: 'mix deps.get',
    next: "See Mix's output above; `mix deps.get` in the project shows the same.",
  },
  compile: { code: 'compile-failed', command: 'mix compile', next: "See the compiler's error above." },
  natives: {
    code: 'cannot-cross',
    command: 'mix compile',
    next: "See the compiler's error above.",
  },
  release: { code: 'release-failed', command: 'mix release', next: "See Mix's output above." },
};

function explain(failure: MixFailure, releases: readonly string[], mix: MixContext): MixReleaseError {
  const { target, image, adviseOn } = mix;
  const { stage, status, output, facts } = failure;
  if (status === MISMATCH && stage === 'deps') requireTarget(toProbe(facts), target, image);
  const defined = facts.get('releases');
  if (status === NAMES_REFUSED && stage === 'deps' && defined !== undefined) {
    return releaseNameError(releases, defined.split(' ').filter(Boolean));
  }
  const changes = facts.get('drifted');
  if (status === LOCK_CHANGED && stage === 'deps' && changes !== undefined)
    return lockfileOutdated(changes.split('\n'));
  const refused = crossRefused(failure, mix);
  if (refused) return refused;
  const { code, command, next } = FAILURES[stage] ?? { code: 'release-failed', command: 'mix', next: '' };
  const what = `${command} failed with exit status ${String(status)}`;
  const causes = causesOf(failure, what, mix);
  return new MixReleaseError(code, {
    what: `${what}${because(causes)}`,
    next: withHistory(adviceFor(causes) ?? next, causes, adviseOn?.(output) ?? ''),
    output,
  });
}

/** What is known of the project's history says more than that git finds no tag in it. */
function withHistory(next: string, [first]: readonly Cause[], history: string): string {
  if (history === '') return next;
  return first?.name === 'no-tags' ? history : `${next} ${history}`;
}

/** Looked for in what the stage printed, and where that says nothing, in what came shortly before. */
function causesOf(
  { ofStage, beforeStage }: MixFailure,
  what: string,
  { target, sources, cwd }: MixContext,
): readonly Cause[] {
  const about = { system: packageSystemOf(target), cwd, ...(sources && { sources }) };
  const found = likelyCauses(BUILDING, [...ofStage, what], about);
  return found.length > 0 ? found : likelyCauses(BUILDING, [...beforeStage, ...ofStage, what], about);
}

function lockfileOutdated(changes: readonly string[]): MixReleaseError {
  return new MixReleaseError('lockfile-outdated', {
    what: `mix.lock does not fit the project: ${changes.join('; ')}`,
    next: 'Run `mix deps.get` in the project and commit mix.lock. check-locked: false builds with the versions that `mix deps.get` chooses.',
  });
}

/** A note about a missing lock; undefined where there is one. */
export function lockNote({ facts }: MixRun): string | undefined {
  if (!facts.has('unlocked')) return undefined;
  return 'the checkout has no mix.lock: the newest compatible dependencies are used, which may differ next time';
}

function releaseNameError(requested: readonly string[], defined: readonly string[]): MixReleaseError {
  const list = defined.join(', ');
  const unknown = requested.find((name) => !defined.includes(name));
  if (unknown === undefined) {
    return new MixReleaseError('ambiguous-release', {
      what: `the project defines several releases (${list}), and none was named`,
      next: `Name one or several with release, or set default_release in mix.exs.`,
    });
  }
  const known = defined.length === 0 ? 'The project defines no releases: leave release out.' : `It defines ${list}.`;
  return new MixReleaseError('unknown-release', {
    what: `the project has no release '${unknown}'`,
    next: `${known} ${nearest(unknown, defined)}`.trim(),
  });
}
