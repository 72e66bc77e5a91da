import type { RuntimeRequirements } from '../audit/report.js';
import { randomUUID } from 'node:crypto';
import { packFiles } from '../archive/files.js';
import type { Image } from '../builder/image.js';
import type { RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import type { Target } from '../targets/table.js';
import { requireEval } from './health-check.js';
import { boot } from './boot.js';
import { prepareInTime, runCommand, SmokeFailure, type Setting } from './command.js';
import { lackingPackages, smokeError } from './failure.js';
import { requireLibraries } from './needs.js';
import { programOf, type Program } from './program.js';
import { releaseFiles, type ReleaseFiles } from './release-files.js';
import type { SmokeReport } from './report.js';
import { openSandbox, RELEASE, SCRIPT } from './sandbox.js';
import { runtimeTag, withPackages } from './runtime-image.js';
import type { PackageFamily } from './system-image.js';

/** A script of the user's that tries a release. */
export interface SmokeScript {
  /** Its path as it was given. */
  readonly name: string;
  readonly text: string;
  /** Whether its first line asks for bash; otherwise sh runs it. */
  readonly bash: boolean;
}

/** The image that releases are tried in. */
export interface Runtime {
  readonly image: Image;
  /** Whether it has an Erlang, for a release without one. */
  readonly hasErlang: boolean;
  /** Packages that it gets. */
  readonly packages: readonly string[];
  /** How its packages are named, where more may be added for libraries that are missing; undefined otherwise. */
  readonly grows: PackageFamily | undefined;
  /** What the audit says that the release needs; undefined where only a failure tells. */
  readonly needs: RuntimeRequirements | undefined;
}

/** How every release of a run is tried. */
export interface SmokeSetting {
  readonly target: Target;
  readonly test: 'boot' | 'eval' | SmokeScript;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds for each release. */
  readonly timeout: number;
  readonly emulated: boolean;
  /** What Erlang needs under emulation; empty otherwise. */
  readonly erlFlags: string;
  readonly run: string;
  readonly proxies: Readonly<Record<string, string>>;
}

/** One release that is to be tried. */
export interface SmokedRelease {
  readonly name: string;
  readonly version: string;
  /** Where it lies, unpacked. */
  readonly directory: string;
}

/** Cancelling, and who is told what. */
export interface SmokeContext {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly note: (text: string) => void;
}

/**
 * Runs a release in an image that has what a machine of its target has.
 *
 * @throws MixReleaseError with exit status 7, or 4 where the image cannot be made
 */
export async function smokeRelease(
  engine: Engine,
  release: SmokedRelease,
  runtime: Runtime,
  setting: SmokeSetting,
  context: SmokeContext,
): Promise<SmokeReport> {
  const files = await releaseFiles(release.directory, release.name);
  const { image } = runtime;
  let packages = await packagesAtFirst(engine, runtime, setting);
  for (;;) {
    const added = { packages, platform: setting.target.platform, proxies: setting.proxies };
    const id = packages.length === 0 ? image.id : await withPackages(engine, image, added, context);
    try {
      const seen = await tried(engine, id, { release, runtime, setting, context, files });
      return { version: 1, ...seen, image: image.reference, imageDigest: image.digest, packages };
    } catch (error) {
      if (!(error instanceof SmokeFailure)) throw error;
      const lacking = lackingPackages(error, runtime, packages);
      if (lacking === undefined) throw smokeError(error, { release, image: image.reference, packages });
      const added = lacking.packages.join(', ');
      context.note(`${image.reference} has no ${lacking.library}: adding ${added}`);
      packages = [...packages, ...lacking.packages];
    }
  }
}

/**
 * The packages that an image is given before anything fails: those that were asked for, or all that are known to be
 * needed, where an image with them is there from an earlier run.
 */
async function packagesAtFirst(
  engine: Engine,
  { image, packages, grows, needs }: Runtime,
  { target }: SmokeSetting,
): Promise<readonly string[]> {
  if (grows === undefined || needs === undefined || packages.length > 0) return packages;
  const known = needs[grows];
  const made = runtimeTag(image.digest, target.platform, known);
  return (await engine.images.inspect(made, target.platform)) ? known : packages;
}

interface Trial {
  readonly release: SmokedRelease;
  readonly runtime: Runtime;
  readonly setting: SmokeSetting;
  readonly context: SmokeContext;
  readonly files: ReleaseFiles;
}

type Seen = Omit<SmokeReport, 'version' | 'image' | 'imageDigest' | 'packages'>;

/** Seconds that a node without distribution is watched for. */
const WATCHED = { natively: 5, emulated: 30 };

/** @throws SmokeFailure */
async function tried(engine: Engine, image: string, trial: Trial): Promise<Seen> {
  const { release, runtime, setting, context, files } = trial;
  const started = performance.now();
  const { test, target, emulated, timeout, run } = setting;
  const deadline = AbortSignal.timeout(timeout * 1000);
  const spec = {
    image,
    reference: runtime.image.reference,
    platform: target.platform,
    run,
    directory: release.directory,
  };
  await using container = await prepareInTime({ deadline, timeout }, () =>
    openSandbox(engine, spec, AbortSignal.any([context.signal, deadline])),
  );
  const program = programOf(release.name, release.version, files);
  const env = environment(setting, program, files);
  const at: Setting = { container, env, onLine: context.onLine, deadline, timeout };
  const facts = { imageHasErlang: runtime.hasErlang, emulated };
  const took = (): number => (performance.now() - started) / 1000;

  if (runtime.needs && runtime.grows !== undefined) await requireLibraries(at, runtime.needs.libraries);
  if (typeof test === 'object') {
    await runScript(at, test, trial);
    return { test: 'script', ...facts, checks: ['script'], ...NOTHING_SEEN, seconds: took() };
  }
  const { applications } = await requireEval(at, program);
  const byEval = { ...NOTHING_SEEN, checks: ['eval', 'load'] as const, nativeApplications: applications };
  if (test === 'eval') return { test, ...facts, ...byEval, seconds: took() };
  const watched = emulated ? WATCHED.emulated : WATCHED.natively;
  const booted = await boot({ ...at, program, watched });
  const nativeApplications = booted.nativeApplications.length > 0 ? booted.nativeApplications : applications;
  return { test, ...facts, ...booted, checks: ['eval', ...booted.checks], nativeApplications, seconds: took() };
}

const NOTHING_SEEN = { nativeApplications: [], omissions: [], networkCrashes: [] };

function environment(
  { env, erlFlags }: SmokeSetting,
  program: Program,
  { cookie }: ReleaseFiles,
): Readonly<Record<string, string>> {
  const flags = [erlFlags, env.ERL_FLAGS ?? ''].filter(Boolean).join(' ');
  return {
    LANG: 'C.UTF-8',
    HOME: '/tmp',
    // Nobody could read the dump, and writing it takes time.
    ERL_CRASH_DUMP_SECONDS: '0',
    ...(cookie ? {} : { RELEASE_COOKIE: randomUUID() }),
    ...program.env,
    ...env,
    ...(flags === '' ? {} : { ERL_FLAGS: flags }),
  };
}

// The image's own PATH stays behind it.
const ON_PATH = 'PATH="$1/bin:$PATH"; export PATH; shift; exec "$@"';

async function runScript(at: Setting, script: SmokeScript, { release, setting }: Trial): Promise<void> {
  await prepareInTime(at, () => putScript(at.container, script));
  const env = {
    ...at.env,
    SMOKE_RELEASE: RELEASE,
    SMOKE_NAME: release.name,
    SMOKE_VERSION: release.version,
    SMOKE_TARGET: setting.target.triple,
  };
  const shell = script.bash ? 'bash' : 'sh';
  const { status, output } = await runCommand(
    { ...at, env },
    { check: 'script', title: script.name, argv: () => ['sh', '-c', ON_PATH, 'sh', RELEASE, shell, SCRIPT] },
  );
  if (status === 0) return;
  throw new SmokeFailure('script', `${script.name} ended with exit status ${String(status)}`, output);
}

function putScript(container: RunningContainer, { text }: SmokeScript): Promise<void> {
  const at = SCRIPT.lastIndexOf('/');
  return container.put(packFiles([{ path: SCRIPT.slice(at + 1), text }]), SCRIPT.slice(0, at));
}
