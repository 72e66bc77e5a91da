import { packFiles } from '../archive/files.js';
import type { Engine } from '../engine/engine.js';
import { BASE_LABEL, PROBE_LABEL } from '../engine/labels.js';
import { dockerBuild } from './docker-build.js';
import { prepareEmulation } from './emulator.js';
import { requireExpected, type Expected } from './expected.js';
import { ensureImage, type Image, type WantedImage } from './image.js';
import { probeImage, readProbe, type Probe } from './probe.js';
import type { PullContext } from './pull.js';
import { MIX_CONTEXT, builderTag, dockerfileName, toolsDockerfile, type Recipe } from './recipe.js';
import { pullShared, pushShared } from './share.js';

/** Owner of everything in a build: the plain user of our Dockerfiles. */
export const BUILDER_UID = 10001;

/** A builder image that is present. */
export interface Builder {
  /** Tag in the engine. */
  readonly tag: string;
  /** What it was made from; where the user's Dockerfile names its own base, the builder itself. */
  readonly base: Image;
  /** What was found out before it was made. */
  readonly probe: Probe;
  /** What Erlang needs in its environment under emulation; empty otherwise. */
  readonly erlFlags: string;
  readonly origin: 'present' | 'built' | 'pulled';
}

/** Which builder image is wanted. */
export interface BuilderRequest {
  readonly recipe: Recipe;
  /** Undefined where the user's Dockerfile names its own. */
  readonly base: WantedImage | undefined;
  readonly expected: Expected;
  /** Whether the engine's processor is another than the target's. */
  readonly emulated: boolean;
  /** Whether an own Dockerfile is built again though its builder is there: what it starts from may have moved. */
  readonly rebuild: boolean;
  /** Repository in which builder images are looked for, and to which new ones go. */
  readonly repository: string | undefined;
  /** Whether they are looked for there, and not only in the engine. */
  readonly mayPull: boolean;
  readonly run: string;
  /** How the network is reached, for the steps of the Dockerfile: `HTTP_PROXY` and the like. */
  readonly proxies: Readonly<Record<string, string>>;
}

/** Logins, cancelling, and who is told what. */
export interface BuilderContext extends PullContext {
  /** Told what a person should know. */
  readonly note: (text: string) => void;
}

/**
 * The builder image for a base image: found by the hash of what it is made of, here or in the repository of the team,
 * or made now.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function ensureBuilder(
  engine: Engine,
  request: BuilderRequest,
  context: BuilderContext,
): Promise<Builder> {
  const base = request.base && (await ensureImage(engine, request.base, context));
  const tag = builderTag(request.recipe, base?.digest);
  const found = request.rebuild ? undefined : await findBuilder(engine, tag, request, context);
  if (found) {
    const image = base ?? builderAsBase(request, found.id);
    requireExpected(found.probe, request.expected, image.reference);
    // The builder is what will run: a Dockerfile of the user's may have put another Erlang into it.
    const erlFlags = await flagsFor(engine, { ...image, id: found.id }, request);
    return { tag, base: image, probe: found.probe, erlFlags, origin: found.origin };
  }
  const made = await makeBuilder(engine, base, tag, request, context);
  if (request.repository !== undefined) {
    await pushShared(engine, request.repository, tag, request.recipe.target.platform, context);
  }
  return { ...made, tag, origin: 'built' };
}

/**
 * Starts the base image of a builder and holds what it is against what was asked for.
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
  const base = await ensureImage(engine, request.base, context);
  return (await askImage(engine, base, request, context.onLine)).probe;
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

/** A builder in the engine that says what was found in it; one that does not say so is made again. */
export async function presentBuilder(
  engine: Engine,
  tag: string,
  platform: string,
): Promise<{ readonly id: string; readonly probe: Probe } | undefined> {
  const found = await engine.images.inspect(tag, platform);
  const probe = readProbe(found?.labels[PROBE_LABEL]);
  return found && probe && { id: found.id, probe };
}

async function makeBuilder(
  engine: Engine,
  base: Image | undefined,
  tag: string,
  request: BuilderRequest,
  context: BuilderContext,
): Promise<Omit<Builder, 'tag' | 'origin'>> {
  const { recipe, proxies } = request;
  const { onLine, signal } = context;
  const { platform } = recipe.target;
  // A base that cannot be right is refused before anything is installed on it.
  const requested = base && (await askImage(engine, base, request, onLine));
  onLine(`building ${tag} from ${base?.reference ?? dockerfileName(request.recipe)}`);
  const args = { ...(base && { BASE: base.id }), ...(requested && flagsArgument(requested.erlFlags)), ...proxies };
  const tools = await dockerBuild(engine, toolsBuild(request, args), signal, onLine);
  // A Dockerfile of the user's may put other versions in the place of the base's.
  const own = builderAsBase(request, tools);
  const { probe, erlFlags } =
    requested && !recipe.dockerfile ? requested : await askImage(engine, own, request, onLine);
  const id = await dockerBuild(
    engine,
    {
      title: 'dockerfiles/mix.Dockerfile',
      context: packFiles(MIX_CONTEXT),
      dockerfile: 'Dockerfile',
      platform,
      args: { BASE: tools, ...flagsArgument(erlFlags), ...proxies },
      labels: { [BASE_LABEL]: base?.reference ?? own.reference, [PROBE_LABEL]: JSON.stringify(probe) },
      tag,
      next: 'The output above says why; Hex and rebar3 come from the network when the image has neither.',
    },
    signal,
    onLine,
  );
  return { base: base ?? builderAsBase(request, id), probe, erlFlags };
}

/** What stands for the base where nobody but the user's Dockerfile knows it. */
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
      next: `The output above is that of ${dockerfile.name}. It is built by the engine's classic builder, which knows no RUN --mount and no here-documents.`,
    };
  }
  const ours = toolsDockerfile(target);
  return {
    title: ours.name,
    context: packFiles([{ path: 'Dockerfile', text: ours.text }]),
    dockerfile: 'Dockerfile',
    platform: target.platform,
    args: { ...args, ...(packages.length > 0 && { PACKAGES: packages.join(' ') }) },
    next: `The output above is that of ${ours.name}; it needs ${target.systems.join(' or ')} as its base, and that system's package mirror${packages.length > 0 ? '; packages has to name what that mirror has' : ''}.`,
  };
}

/** What an image is, held against what was asked for. */
async function askImage(
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
