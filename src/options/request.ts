import path from 'node:path';
import { MixReleaseError } from '../errors.js';
import type { Format } from '../package/format.js';
import { findTarget } from '../targets/find.js';
import { TARGETS, type Target } from '../targets/table.js';
import { requireNoContradiction } from './contradictions.js';
import { parseEnv } from './parse.js';
import { rawFor, rawForTwin, requireKnownPatterns } from './per-target.js';
import { readOption, type OptionValue } from './read.js';
import { OPTIONS, type RawOptions } from './table.js';
import { readAuditOfBuild, type AuditRequest } from './sections/audit.js';
import { readReleaseArgs, type ReleaseArgs } from '../mix/release-args.js';
import { readDepsAccess, type DepsAccess } from './sections/deps-access.js';
import { readExclude } from './sections/exclude.js';
import { readBuilderOptions, type BuilderOptions } from './sections/builder.js';
import { readArtifact, type ArtifactRequest } from './sections/artifact.js';
import { readAuthorities } from './sections/authorities.js';
import { readContainerOptions, type ContainerOptions } from './sections/container.js';
import { readHook, type Hook } from './sections/hooks.js';
import { readImageRequest, type ImageRequest } from './sections/image.js';
import { requireDirectory, requireProject } from './sections/project.js';
import { parseMixEnv, parseReleaseNames, parseSourceDate } from './sections/release.js';
import { readSmokeOptions, type SmokeOptions } from './sections/smoke.js';
import { wideCheckout, type WideCheckout } from './sections/wide-checkout.js';

/** What of a request decides in which builder code is compiled. */
export type TwinOptions = Pick<BuildRequest, 'image' | 'builder' | 'env'>;

/** What was asked for: validated, with nothing guessed. Paths are absolute. */
export interface BuildRequest {
  readonly target: Target;
  /** The target as it was typed: a triple or an alias. */
  readonly targetInput: string;
  /** Root of the sources that go to the builder. */
  readonly checkout: string;
  /** Directory of the Mix project: the checkout or a directory inside it. */
  readonly project: string;
  /** Why the checkout is the repository that the given directory lies in, for the log; undefined where it is not. */
  readonly wideReason?: string | undefined;
  /** Files of the checkout that are not sent, as patterns of `.gitignore`. */
  readonly exclude: readonly string[];
  /** Releases by name; empty for the one that Mix would choose. */
  readonly releases: readonly string[];
  readonly releaseArgs: ReleaseArgs;
  readonly mixEnv: string;
  /** What the version of every release is held against. */
  readonly versionCheck: OptionValue<'version-check'>;
  readonly image: ImageRequest;
  readonly builder: BuilderOptions;
  /** Certificates of authorities that are trusted besides those of the builder image, each as PEM. */
  readonly authorities: readonly string[];
  /** What the build container is given. */
  readonly container: ContainerOptions;
  /** Commands that run before Mix. */
  readonly beforeBuild: Hook | undefined;
  /** Commands that run between the compilation and the first `mix release`. */
  readonly beforeRelease: Hook | undefined;
  /**
   * What a compilation for the target of the other architecture with the same C library has instead, where lines by
   * target say so; undefined where it has the same.
   */
  readonly ofTwin: TwinOptions | undefined;
  /** How the release comes to be where the engine's architecture is not the target's. */
  readonly method: OptionValue<'method'>;
  readonly env: Readonly<Record<string, string>>;
  /** How the release is tried; undefined where it is not. */
  readonly smoke: SmokeOptions | undefined;
  /** Whether a mix.lock that does not fit is an error. */
  readonly checkLocked: boolean;
  /** What `mix deps.get` alone is given, to reach private places; undefined where nothing was. */
  readonly access: DepsAccess | undefined;
  readonly output: string;
  readonly audit: AuditRequest;
  /** Whether what is inside a release is listed beside its tarball. */
  readonly sbom: boolean;
  /** The time of every entry of the tarball; undefined for that of the last commit. */
  readonly sourceDate: Date | undefined;
  readonly format: Format;
  /** Whether the cookie that Mix puts into a release is part of it. */
  readonly cookie: OptionValue<'cookie'>;
  /** Patterns of files of the release that keep their modes. */
  readonly keepModes: readonly string[];
  /** What of the state of earlier builds is used, and kept for later ones. */
  readonly cache: OptionValue<'cache'>;
  /** States of other suffixes are never used. */
  readonly cacheKeySuffix: string | undefined;
  /** Processes that compile dependencies; undefined for one. */
  readonly depsPartitions: number | undefined;
  readonly artifact: ArtifactRequest | undefined;
  /** Whether the job's summary is added to. */
  readonly summary: boolean;
  /** Absolute path of the report in HTML. */
  readonly report: string | undefined;
}

/** The requests of one run: one for each target. */
export type BuildRequests = readonly [BuildRequest, ...BuildRequest[]];

/** Where relative paths and NAME-only variables come from. */
export interface Surroundings {
  readonly checkout: string;
  /** Directory that a relative `output` is resolved against. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the options of one run: a request for each target, in the order in which the targets were named. They are equal
 * but for the target and for options that have values by target.
 *
 * @throws MixReleaseError with exit status 2, naming the option.
 */
export async function readRequests(
  raw: RawOptions,
  from: Surroundings,
): Promise<readonly [BuildRequest, ...BuildRequest[]]> {
  const [first, ...others] = targetsOf(readOption('target', raw));
  requireKnownPatterns(raw);
  const own = rawFor(raw, first.target);
  requireNoContradiction(own);
  const place = await readPlace(own, from);
  const requests = [await readRequest(first, raw, place, from)] as [BuildRequest, ...BuildRequest[]];
  for (const target of others) requests.push(await readRequest(target, raw, place, from));
  requireImagesApart(requests);
  return requests;
}

/** An image has one C library. */
function requireImagesApart(requests: readonly BuildRequest[]): void {
  for (const { image, target } of requests) {
    const other = requests.find((each) => each.image.named === image.named && each.target.libc !== target.libc);
    if (image.named === undefined || other === undefined) continue;
    throw new MixReleaseError('bad-option', {
      what: `image names ${image.named} for ${target.triple} and for ${other.target.triple}, whose C libraries differ`,
      next: 'Write a line for each C library: *-gnu => REF and *-musl => REF.',
    });
  }
}

/** A target with the name that it was given first. */
interface NamedTarget {
  readonly target: Target;
  readonly name: string;
}

function targetsOf(names: readonly string[]): readonly [NamedTarget, ...NamedTarget[]] {
  const named = names.map((name) => ({ target: findTarget(name), name }));
  const [first, ...others] = named.filter(({ target }, at) => named.findIndex((each) => each.target === target) === at);
  if (first !== undefined) return [first, ...others];
  throw new MixReleaseError('bad-option', {
    what: 'no target was given',
    next: 'Name the machine that the release will run on: target: x86_64-unknown-linux-gnu (--target on the command line, or a line of mix-release.toml).',
  });
}

/** What all targets are built from. */
interface Place {
  /** The given directory, absolute. */
  readonly checkout: string;
  readonly project: string;
  readonly hooks: Readonly<Record<'before-build' | 'before-release', Hook | undefined>>;
  readonly wide: WideCheckout;
}

async function readPlace(raw: RawOptions, from: Surroundings): Promise<Place> {
  const checkout = path.resolve(from.cwd, from.checkout);
  await requireDirectory(checkout);
  const project = path.resolve(checkout, readOption('working-directory', raw));
  await requireProject(project, checkout);
  const hooks = {
    'before-build': await readHook('before-build', raw, checkout),
    'before-release': await readHook('before-release', raw, checkout),
  };
  return { checkout, project, hooks, wide: await wideCheckout(checkout, project, Object.values(hooks)) };
}

async function readRequest(
  { target, name }: NamedTarget,
  all: RawOptions,
  { checkout, project, hooks, wide }: Place,
  from: Surroundings,
): Promise<BuildRequest> {
  const raw = rawFor(all, target);
  requireNoContradiction(raw);
  const output = readOption('output', raw);
  const report = readOption('report', raw);
  const env = parseEnv('env', raw.env, from.env);
  const container = readContainerOptions(readOption('container-options', raw));
  const cache = readOption('cache', raw);
  const twin = await readTwinOptions(target, all, checkout, from);
  return {
    target,
    targetInput: name,
    checkout: wide.checkout,
    wideReason: wide.reason,
    project,
    exclude: wide.patterns(readExclude(raw, { checkout, project, hooks })),
    releases: parseReleaseNames(readOption('release', raw)),
    releaseArgs: readReleaseArgs(readOption('release-args', raw)),
    mixEnv: parseMixEnv(readOption('mix-env', raw)),
    versionCheck: readOption('version-check', raw),
    image: wide.image(readImageRequest(raw, target)),
    builder: await readBuilderOptions(raw, checkout),
    authorities: await readAuthorities(raw, checkout),
    container,
    beforeBuild: hooks['before-build'],
    beforeRelease: hooks['before-release'],
    ofTwin: twin && { ...twin, image: wide.image(twin.image) },
    method: readOption('method', raw),
    env,
    smoke: await readSmokeOptions(raw, checkout, from.env),
    checkLocked: readOption('check-locked', raw),
    access: await readDepsAccess(raw, from.env),
    output: output === undefined ? path.join(project, '_build', 'mix-release') : path.resolve(from.cwd, output),
    audit: readAuditOfBuild(raw),
    sbom: readOption('sbom', raw),
    sourceDate: parseSourceDate(env.SOURCE_DATE_EPOCH ?? from.env.SOURCE_DATE_EPOCH),
    format: readOption('format', raw),
    cookie: readOption('cookie', raw),
    keepModes: readOption('keep-modes', raw),
    // What is mounted may have had a part in compiled code, and nobody can tell whether it has changed.
    cache: container.mounts.length > 0 && cache === 'true' ? 'deps' : cache,
    cacheKeySuffix: readOption('cache-key-suffix', raw),
    depsPartitions: readOption('deps-partitions', raw),
    artifact: readOption('artifact', raw) ? readArtifact(raw) : undefined,
    summary: readOption('summary', raw),
    report: report === undefined ? undefined : path.resolve(from.cwd, report),
  };
}

async function readTwinOptions(
  target: Target,
  all: RawOptions,
  checkout: string,
  from: Surroundings,
): Promise<TwinOptions | undefined> {
  const twin = TARGETS.find(({ libc, architecture }) => libc === target.libc && architecture !== target.architecture);
  const method = readOption('method', all);
  if (twin === undefined || method === 'native' || method === 'emulate') return undefined;
  const [raw, own] = [rawForTwin(all, target, twin), rawFor(all, target)];
  if (OPTIONS.every(({ name }) => JSON.stringify(raw[name] ?? '') === JSON.stringify(own[name] ?? '')))
    return undefined;
  return {
    image: readImageRequest(raw, twin),
    builder: await readBuilderOptions(raw, checkout),
    env: parseEnv('env', raw.env, from.env),
  };
}
