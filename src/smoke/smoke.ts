import type { RuntimeRequirements } from '../audit/report.js';
import { randomUUID } from 'node:crypto';
import { packFiles } from '../archive/files.js';
import type { Image } from '../builder/image.js';
import type { RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import type { Target } from '../targets/table.js';
import { requireEval } from './health-check.js';
import { boot } from './boot.js';
import { prepareInTime, runCommand, SmokeFailure, type CommandContext } from './command.js';
import { viewOf } from '../causes/file-view.js';
import { likelyCauses } from '../causes/find.js';
import { LOGGED } from '../causes/running/logged.js';
import { mayLackVariables, missingPackages, smokeError } from './failure.js';
import { withVariables } from './name-variables.js';
import { missingData, requireData, requireLibraries } from './needs.js';
import { programOf, type Program } from './program.js';
import { releaseFiles, type ReleaseFiles } from './release-files.js';
import type { SmokeReport } from './report.js';
import { openSandbox, RELEASE, SCRIPT } from './sandbox.js';
import { variablesOfRelease } from './runtime-config/variables.js';
import { runtimeTag, withPackages } from './runtime-image.js';
import type { ReadyServices } from './services.js';
import type { PackageFamily } from './system-image.js';

/** The user's own script that tests a release. */
export interface SmokeScript {
  /** Its path as given. */
  readonly name: string;
  readonly text: string;
  /** Whether its first line names bash; otherwise sh runs it. */
  readonly bash: boolean;
}

/** The runtime image of the tests. */
export interface Runtime {
  readonly image: Image;
  /** Whether it has Erlang, for a release without ERTS. */
  readonly hasErlang: boolean;
  /** Packages to add to it. */
  readonly packages: readonly string[];
  /** The package names to use for missing libraries; undefined where no packages may be added. */
  readonly packageFamily: PackageFamily | undefined;
  /** The audit's runtime requirements; undefined without an audit. */
  readonly needs: RuntimeRequirements | undefined;
}

/** The options of all smoke tests of a run. */
export interface SmokeTestOptions {
  readonly target: Target;
  readonly test: 'boot' | 'eval' | SmokeScript;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds for each release. */
  readonly timeout: number;
  readonly emulated: boolean;
  /** Erlang's flags under emulation; empty otherwise. */
  readonly erlFlags: string;
  readonly run: string;
  /** Authorities that the package manager of the runtime image trusts, too; none where it is left out. */
  readonly authorities?: readonly string[];
  readonly proxies: Readonly<Record<string, string>>;
  /** The Mix environment that it was built in. */
  readonly mixEnv: string;
  /** Whether the release may write into its own directory. */
  readonly writable: boolean;
  /** What runs beside it; undefined for nothing. */
  readonly services: ReadyServices | undefined;
}

/** One release to test. */
export interface ReleaseUnderTest {
  readonly name: string;
  readonly version: string;
  /** Path of the unpacked release. */
  readonly directory: string;
}

/** What a run lends to its smoke tests. */
export interface SmokeContext {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly note: (text: string) => void;
}

/**
 * Runs a release in an image like a machine of its target.
 *
 * @throws MixReleaseError with exit status 7, or 4 where the image cannot be built
 */
export async function smokeRelease(
  engine: Engine,
  release: ReleaseUnderTest,
  runtime: Runtime,
  options: SmokeTestOptions,
  context: SmokeContext,
): Promise<SmokeReport> {
  const files = await releaseFiles(release.directory, release.name);
  const { image } = runtime;
  let packages = await initialPackages(engine, runtime, options);
  for (;;) {
    const { authorities, proxies } = options;
    const added = { packages, platform: options.target.platform, authorities, proxies };
    const id = packages.length === 0 ? image.id : await withPackages(engine, image, added, context);
    try {
      const result = await runTrial(engine, id, { release, runtime, options, context, files });
      return { version: 1, ...result, image: image.reference, imageDigest: image.digest, packages };
    } catch (error) {
      if (!(error instanceof SmokeFailure)) throw error;
      const lacking = missingPackages(error, runtime, packages) ?? missingData(error, runtime, packages);
      if (lacking === undefined) {
        const { directory, version } = release;
        const about = { release: viewOf(directory, RELEASE), elfMachine: options.target.elfMachine };
        const failed = smokeError(error, { release, image: image.reference, packages, about });
        // Another cause in the configuration is no matter of variables.
        if (!mayLackVariables(error, about)) throw failed;
        throw withVariables(failed, await variablesOfRelease(directory, version, options.mixEnv, options.env));
      }
      const added = lacking.packages.join(', ');
      context.note(`${image.reference} has no ${lacking.library}: adding ${added}`);
      packages = [...packages, ...lacking.packages];
    }
  }
}

/**
 * The packages of the first attempt: those of `runtime-packages`, with all that the audit names where an image with them
 * exists from an earlier run.
 */
async function initialPackages(
  engine: Engine,
  { image, packages, packageFamily, needs }: Runtime,
  { target }: SmokeTestOptions,
): Promise<readonly string[]> {
  if (packageFamily === undefined || needs === undefined) return packages;
  const known = [...new Set([...packages, ...needs[packageFamily]])];
  const tag = runtimeTag(image.digest, target.platform, known);
  return (await engine.images.inspect(tag, target.platform)) ? known : packages;
}

interface Trial {
  readonly release: ReleaseUnderTest;
  readonly runtime: Runtime;
  readonly options: SmokeTestOptions;
  readonly context: SmokeContext;
  readonly files: ReleaseFiles;
}

type TrialResult = Omit<SmokeReport, 'version' | 'image' | 'imageDigest' | 'packages'>;

/** Seconds that a node without distribution must run. */
const WATCH_SECONDS = { natively: 5, emulated: 30 };

/** @throws SmokeFailure */
async function runTrial(engine: Engine, image: string, trial: Trial): Promise<TrialResult> {
  const { release, runtime, options, context, files } = trial;
  const started = performance.now();
  const { test, target, emulated, timeout, run, writable, services } = options;
  const deadline = AbortSignal.timeout(timeout * 1000);
  const spec = {
    image,
    reference: runtime.image.reference,
    platform: target.platform,
    run,
    directory: release.directory,
    writable,
    network: services?.network,
  };
  await using container = await prepareInTime({ deadline, timeout }, () =>
    openSandbox(engine, spec, AbortSignal.any([context.signal, deadline])),
  );
  const program = programOf(release.name, release.version, files);
  const env = environment(options, program, files);
  const commandContext: CommandContext = { container, env, onLine: context.onLine, deadline, timeout };
  const facts = { imageHasErlang: runtime.hasErlang, emulated, writable, services: services?.reports ?? [] };
  const seconds = (): number => (performance.now() - started) / 1000;

  if (runtime.needs && runtime.packageFamily !== undefined) {
    await requireLibraries(commandContext, runtime.needs.libraries);
    await requireData(commandContext, runtime.needs.data);
  }
  if (typeof test === 'object') {
    await runScript(commandContext, test, trial);
    return { test: 'script', ...facts, checks: ['script'], ...NO_RESULTS, seconds: seconds() };
  }
  const { applications } = await requireEval(commandContext, program);
  const byEval = { ...NO_RESULTS, checks: ['eval', 'load'] as const, nativeApplications: applications };
  if (test === 'eval') return { test, ...facts, ...byEval, seconds: seconds() };
  const watchSeconds = emulated ? WATCH_SECONDS.emulated : WATCH_SECONDS.natively;
  const { loggedErrors, ...booted } = await boot({ ...commandContext, program, watchSeconds });
  for (const error of loggedErrors) context.note(noteOf(error));
  const nativeApplications = booted.nativeApplications.length > 0 ? booted.nativeApplications : applications;
  return { test, ...facts, ...booted, checks: ['eval', ...booted.checks], nativeApplications, seconds: seconds() };
}

/** What to say of an error in the log of a release that runs all the same. */
function noteOf(error: string): string {
  const [cause] = likelyCauses(LOGGED, [error]);
  const logged = `the release runs, and logs an error: ${error.slice(0, LONGEST_ERROR)}`;
  return cause === undefined ? logged : `${logged} (${cause.why}. ${cause.next})`;
}

const LONGEST_ERROR = 300;

const NO_RESULTS = { nativeApplications: [], omissions: [], networkCrashes: [] };

function environment(
  { env, erlFlags }: SmokeTestOptions,
  program: Program,
  { cookie }: ReleaseFiles,
): Readonly<Record<string, string>> {
  const flags = [erlFlags, env.ERL_FLAGS ?? ''].filter(Boolean).join(' ');
  return {
    LANG: 'C.UTF-8',
    HOME: '/tmp',
    // As systemd sets them for a service with a user of its own.
    SHELL: '/bin/sh',
    USER: 'release',
    LOGNAME: 'release',
    // The dump would be lost with the container, and writing it takes time.
    ERL_CRASH_DUMP_SECONDS: '0',
    ...(cookie ? {} : { RELEASE_COOKIE: randomUUID() }),
    ...program.env,
    ...env,
    ...(flags === '' ? {} : { ERL_FLAGS: flags }),
  };
}

// The image's own PATH follows it.
const ON_PATH = 'PATH="$1/bin:$PATH"; export PATH; shift; exec "$@"';

async function runScript(
  commandContext: CommandContext,
  script: SmokeScript,
  { release, options }: Trial,
): Promise<void> {
  await prepareInTime(commandContext, () => putScript(commandContext.container, script));
  const env = {
    ...commandContext.env,
    SMOKE_RELEASE: RELEASE,
    SMOKE_NAME: release.name,
    SMOKE_VERSION: release.version,
    SMOKE_TARGET: options.target.triple,
  };
  const shell = script.bash ? 'bash' : 'sh';
  const { status, output } = await runCommand(
    { ...commandContext, env },
    { check: 'script', title: script.name, argv: () => ['sh', '-c', ON_PATH, 'sh', RELEASE, shell, SCRIPT] },
  );
  if (status === 0) return;
  throw new SmokeFailure('script', `${script.name} ended with exit status ${String(status)}`, output);
}

function putScript(container: RunningContainer, { text }: SmokeScript): Promise<void> {
  const commandContext = SCRIPT.lastIndexOf('/');
  return container.put(packFiles([{ path: SCRIPT.slice(commandContext + 1), text }]), SCRIPT.slice(0, commandContext));
}
