import { packFiles } from '../archive/files.js';
import { MixReleaseError } from '../errors.js';
import { inAttempts, type AttemptsContext } from './attempts.js';
import { authoritiesBuild } from './authorities.js';
import { declaredArguments, mirrorArguments } from './mirrors.js';
import type { Engine } from '../engine/engine.js';
import { BASE_LABEL, PROBE_LABEL } from '../engine/labels.js';
import { dockerBuild } from './docker-build.js';
import { prepareEmulation } from './emulator.js';
import { requireExpected, type Expected } from './expected.js';
import { ensurePresent, type Image, type BaseImageSpec, type PresentImage } from './image.js';
import { presentOwnBase } from './own-base.js';
import { probeImage, readProbe, type Probe } from './probe.js';
import type { PullContext } from './pull.js';
import { MIX_CONTEXT, builderTag, dockerfileName, toolsDockerfile, type Recipe } from './recipe.js';
import { pullShared, pushShared } from './share.js';

/** The unprivileged user of our Dockerfiles, who owns all files of a build. */
export const BUILDER_UID = 10001;

/** A builder image in the engine. */
export interface Builder {
  /** Tag in the engine. */
  readonly tag: string;
  /** Its base image; where the user's Dockerfile names its own base, the builder image itself. */
  readonly base: Image;
  /** The probe from before it was built. */
  readonly probe: Probe;
  /** `ERL_FLAGS` for emulation; empty otherwise. */
  readonly erlFlags: string;
  readonly origin: 'present' | 'built' | 'pulled';
}

/** The builder image to find or build. */
export interface BuilderRequest {
  readonly recipe: Recipe;
  /** Undefined where the user's Dockerfile names its own base. */
  readonly base: BaseImageSpec | undefined;
  readonly expected: Expected;
  /** Whether the engine's architecture differs from the target's. */
  readonly emulated: boolean;
  /** Whether to build a user's Dockerfile again although its image is present: its base may have changed. */
  readonly rebuild: boolean;
  /** The repository that builder images are pulled from and pushed to. */
  readonly repository: string | undefined;
  /** Whether images may be pulled from it. */
  readonly mayPull: boolean;
  readonly run: string;
  /** Proxy variables for the steps of the Dockerfile, such as `HTTP_PROXY`. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Variables that say where packages come from, such as `HEX_MIRROR`; none where it is left out. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

/** Logins, cancellation and output. */
export interface BuilderContext extends PullContext {
  /** Prints a note for the user. */
  readonly note: (text: string) => void;
  /** Waits between attempts; tests bring their own. */
  readonly sleep?: AttemptsContext['sleep'];
}

/**
 * The builder image for a base image: found by the hash of its recipe in the engine or in the team's repository, or
 * built.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function ensureBuilder(
  engine: Engine,
  request: BuilderRequest,
  context: BuilderContext,
): Promise<Builder> {
  const base = request.base && (await presentBase(engine, request.base, request, context));
  const tag = builderTag(request.recipe, base?.digest);
  const found = request.rebuild ? undefined : await findBuilder(engine, tag, request, context);
  if (found) {
    const image = base ?? builderAsBase(request, found.id);
    requireExpected(found.probe, request.expected, image.reference);
    // The flags must suit the builder image, not its base: a user's Dockerfile may install another Erlang.
    const erlFlags = await flagsFor(engine, { ...image, id: found.id }, request);
    return { tag, base: image, probe: found.probe, erlFlags, origin: found.origin };
  }
  const built = await buildBuilder(engine, await base?.single(), tag, request, context);
  if (request.repository !== undefined) {
    await pushShared(engine, request.repository, tag, request.recipe.target.platform, context);
  }
  return { ...built, tag, origin: 'built' };
}

/**
 * Probes the base image of a builder and compares the result with the request.
 *
 * @returns undefined where the user's Dockerfile names its own base
 * @throws MixReleaseError with exit status 4
 */
export async function probeBase(
  engine: Engine,
  request: BuilderRequest,
  context: BuilderContext,
): Promise<Probe | undefined> {
  if (!request.base) return undefined;
  const base = await (await presentBase(engine, request.base, request, context)).single();
  return (await probeRequested(engine, base, request, context.onLine)).probe;
}

function presentBase(
  engine: Engine,
  base: BaseImageSpec,
  { emulated, proxies }: BuilderRequest,
  context: BuilderContext,
): Promise<PresentImage> {
  if (!base.own) return ensurePresent(engine, base, context);
  const { pull, target } = base;
  return Promise.resolve(presentOwnBase(engine, base.own, { pull, target, emulated, proxies }, context));
}

interface Found {
  readonly id: string;
  readonly probe: Probe;
  readonly origin: 'present' | 'pulled';
}

async function findBuilder(
  engine: Engine,
  tag: string,
  { repository, recipe, mayPull }: BuilderRequest,
  context: BuilderContext,
): Promise<Found | undefined> {
  const { platform } = recipe.target;
  const present = await presentBuilder(engine, tag, platform);
  if (present) return { ...present, origin: 'present' };
  if (repository === undefined || !mayPull) return undefined;
  if (!(await pullShared(engine, repository, tag, platform, context))) return undefined;
  const pulled = await presentBuilder(engine, tag, platform);
  return pulled && { ...pulled, origin: 'pulled' };
}

/** A builder image in the engine with its probe as a label; one without a valid label must be built again. */
export async function presentBuilder(
  engine: Engine,
  tag: string,
  platform: string,
): Promise<{ readonly id: string; readonly probe: Probe } | undefined> {
  const found = await engine.images.inspect(tag, platform);
  const probe = readProbe(found?.labels[PROBE_LABEL]);
  return found && probe && { id: found.id, probe };
}

async function buildBuilder(
  engine: Engine,
  base: Image | undefined,
  tag: string,
  request: BuilderRequest,
  context: BuilderContext,
): Promise<Omit<Builder, 'tag' | 'origin'>> {
  const { recipe, proxies } = request;
  const { onLine, signal } = context;
  const trusting = trustingImage(engine, recipe, context);
  const { platform } = recipe.target;
  await requireBuildKit(engine, recipe);
  // Check the base before installing anything on it.
  const requested = base && (await probeRequested(engine, base, request, onLine));
  onLine(`building ${tag} from ${base?.reference ?? dockerfileName(request.recipe)}`);
  const args = {
    ...(base && { BASE: await trusting(base.id, false) }),
    ...(requested && flagsArgument(requested.erlFlags)),
    ...proxies,
  };
  const own = recipe.dockerfile && mirrorsFor(request, recipe.dockerfile.args ?? [], context);
  const makeTools = () => dockerBuild(engine, toolsBuild(request, { ...args, ...own }), signal, onLine);
  // What a Dockerfile of the user's does is not done twice unasked.
  const made = recipe.dockerfile ? await makeTools() : await inAttempts(dockerfileName(recipe), makeTools, context);
  const tools = await trusting(made, true);
  // A user's Dockerfile may replace the versions of the base.
  const userImage = builderAsBase(request, tools);
  const { probe, erlFlags } =
    requested && !recipe.dockerfile ? requested : await probeRequested(engine, userImage, request, onLine);
  const mirrors = mirrorsFor(request, declaredArguments(MIX_CONTEXT[0].text), context);
  const makeMix = () =>
    dockerBuild(
      engine,
      {
        title: 'dockerfiles/mix.Dockerfile',
        context: packFiles(MIX_CONTEXT),
        dockerfile: 'Dockerfile',
        platform,
        args: { BASE: tools, ...flagsArgument(erlFlags), ...mirrors, ...proxies },
        labels: { [BASE_LABEL]: base?.reference ?? userImage.reference, [PROBE_LABEL]: JSON.stringify(probe) },
        tag,
        next: 'See the output above. Hex and rebar3 are downloaded when the image has neither.',
      },
      signal,
      onLine,
    );
  const id = await inAttempts('dockerfiles/mix.Dockerfile', makeMix, context);
  return { base: base ?? builderAsBase(request, id), probe, erlFlags };
}

/** A Dockerfile of the user's may be for BuildKit, and the engine's older builder misreads some of those. */
async function requireBuildKit(engine: Engine, { dockerfile }: Recipe): Promise<void> {
  if (dockerfile?.buildKitLine === undefined || (await engine.images.buildKit())) return;
  throw new MixReleaseError('builder-failed', {
    what: `${dockerfile.name} needs BuildKit, which is not available here: ${dockerfile.buildKitLine}`,
    next: "BuildKit is used where the docker command has buildx, which docker buildx version shows: install that (docker-buildx-plugin of Docker's packages, docker-buildx of Debian and Ubuntu), do not set DOCKER_BUILDKIT to 0, and use Docker as the engine. Or write the line in another way.",
  });
}

/** Makes an image trust the authorities of a recipe, and gives its identifier; the image itself where there are none. */
function trustingImage(engine: Engine, { authorities = [], target }: Recipe, { signal, onLine }: BuilderContext) {
  return async (id: string, last: boolean): Promise<string> => {
    if (authorities.length === 0) return id;
    const build = authoritiesBuild(id, { authorities, platform: target.platform, last });
    return dockerBuild(engine, build, signal, onLine);
  };
}

/** The build arguments for mirrors that a Dockerfile declares. */
function mirrorsFor({ mirrors = {} }: BuilderRequest, declared: readonly string[], { note }: BuilderContext) {
  const { args, withheld } = mirrorArguments(mirrors, declared);
  for (const name of withheld) {
    note(`${name} holds a password, which the builder image would keep: it is made without ${name}`);
  }
  return args;
}

/** Stands for the base image where only the user's Dockerfile names it. */
function builderAsBase({ recipe }: BuilderRequest, id: string): Image {
  return { reference: dockerfileName(recipe), id, digest: id };
}

function toolsBuild({ recipe, rebuild }: BuilderRequest, args: Readonly<Record<string, string>>) {
  const { dockerfile, target, packages } = recipe;
  if (dockerfile) {
    return {
      title: dockerfile.name,
      context: dockerfile.context(),
      dockerfile: dockerfile.path,
      platform: target.platform,
      args,
      pull: rebuild && !dockerfile.usesBase,
      next: `See the output of ${dockerfile.name} above.`,
    };
  }
  const bundled = toolsDockerfile(target);
  return {
    title: bundled.name,
    context: packFiles([{ path: 'Dockerfile', text: bundled.text }]),
    dockerfile: 'Dockerfile',
    platform: target.platform,
    args: { ...args, ...(packages.length > 0 && { PACKAGES: packages.join(' ') }) },
    next: `See the output of ${bundled.name} above. It needs ${target.systems.join(' or ')} as its base and access to that system's package mirror${packages.length > 0 ? '; the mirror must have every package that packages names' : ''}.`,
  };
}

/** Probes an image and compares the result with the request. */
async function probeRequested(
  engine: Engine,
  image: Image,
  request: BuilderRequest,
  onLine: (line: string) => void,
): Promise<{ readonly probe: Probe; readonly erlFlags: string }> {
  const { run, recipe, expected } = request;
  const erlFlags = await flagsFor(engine, image, request);
  const { platform } = recipe.target;
  const requested = { id: image.id, reference: image.reference, platform, run, erlFlags };
  const probe = await probeImage(engine, requested, onLine);
  requireExpected(probe, expected, image.reference);
  return { probe, erlFlags };
}

async function flagsFor(engine: Engine, image: Image, { emulated, recipe, run }: BuilderRequest): Promise<string> {
  if (!emulated) return '';
  return prepareEmulation(engine, { id: image.id, reference: image.reference, target: recipe.target, run });
}

function flagsArgument(erlFlags: string): Readonly<Record<string, string>> {
  return erlFlags === '' ? {} : { ERL_FLAGS: erlFlags };
}
