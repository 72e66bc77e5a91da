import type { Expected, ExpectedVersion } from '../../builder/expected.js';
import type { BaseImageSpec } from '../../builder/image.js';
import { tagsInEngine } from '../../builder/local-images.js';
import type { Engine } from '../../engine/engine.js';
import { MixReleaseError } from '../../errors.js';
import { rankTags, type VersionConstraint } from '../../registry/choose.js';
import { credentialsFor } from '../../registry/credentials.js';
import { findImage } from '../../registry/find.js';
import { fetchBy } from '../../registry/network.js';
import { findOfficialImage } from '../../registry/official.js';
import { parseTag } from '../../registry/hexpm-tags.js';
import { formatReference, type ImageReference } from '../../registry/reference.js';
import { describeRequirement, type Requirement } from '../../versions/requirement.js';
import { chooseSystems, describeSystem, type ChosenSystems } from './choose-systems.js';
import { imageQueryFor, constraintFor, type PlannedImage } from './image-query.js';
import { planOwnBase } from './own-base.js';
import type { BuildRequest } from '../../options/request.js';
import { versionsFromInputs, versionsOrDefault } from './versions.js';

/** What a look-up outside needs. */
export interface ResolveContext {
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note: (text: string) => void;
}

/** Where an image was found: named by the user, in the engine, among the published ones; or that it is made here. */
export type ImageSource = 'named' | 'engine' | 'published' | 'official' | 'own';

/** A query for fewer images than another. */
export type Narrowing = (planned: PlannedImage) => PlannedImage;

/** The base image of a build, and how it came to be chosen. */
export interface ChosenImage {
  readonly wanted: BaseImageSpec;
  readonly source: ImageSource;
  readonly expected: Expected;
  /** The versions that were asked for, in words; empty for an image that was named without any. */
  readonly versions: readonly string[];
  /** The system, in words; undefined where only the image itself can tell. */
  readonly system: string | undefined;
}

/**
 * The base image of a build: the one that was named; else the best one that has the versions that were asked for, first
 * among those in the engine, without any request, then among those that are published.
 *
 * @param narrow - makes the query of an image that is chosen a narrower one; not that of an image that was named
 * @throws MixReleaseError with exit status 2 for versions that cannot be, 4 for an image that is not to be had
 */
export async function chooseImage(
  engine: Engine,
  request: BuildRequest,
  look: ResolveContext,
  narrow: Narrowing = (planned) => planned,
): Promise<ChosenImage> {
  const { target, image } = request;
  if (image.named !== undefined) {
    const wanted = { reference: image.named, digest: undefined, pull: image.pull, target };
    return { wanted, source: 'named', ...(await expectedByInputs(request)), system: undefined };
  }
  const requested = await versionsOrDefault(request);
  const systems = chooseSystems(request);
  const planned = narrow(imageQueryFor(requested, systems.releases, target));
  const found = await findPlanned(engine, request, planned, look);
  const { elixir, otp } = planned.imageQuery;
  return {
    ...found,
    versions: planned.versions,
    system: systemOf(found.wanted, systems),
    expected: {
      target,
      elixir: fromConstraint('Elixir', elixir),
      otp: fromConstraint('OTP', otp),
      // The tag of an official image does not tell its system.
      system: found.source === 'official' ? systems.releases[0] : undefined,
      glibc: image.glibc,
    },
  };
}

/** What inputs ask of an image that they do not choose: one that was named, or the user's Dockerfile. */
export async function expectedByInputs(
  request: BuildRequest,
): Promise<{ readonly expected: Expected; readonly versions: readonly string[] }> {
  const { target, image } = request;
  const { elixir, otp } = await versionsFromInputs(request);
  const requested = [elixir, otp].filter((each) => each !== undefined);
  const expected = {
    target,
    elixir: elixir && fromRequirement(elixir, constraintFor('elixir', elixir.version)),
    otp: otp && fromRequirement(otp, constraintFor('otp', otp.version)),
    system: image.os,
    glibc: image.glibc,
  };
  return { expected, versions: requested.map((each) => describeRequirement(each)) };
}

function fromRequirement(requirement: Requirement, { matches }: VersionConstraint): ExpectedVersion {
  return { requested: describeRequirement(requirement), matches };
}

function fromConstraint(tool: string, { requested, matches }: VersionConstraint): ExpectedVersion {
  return { requested: `${tool} ${requested}`, matches };
}

function systemOf({ reference, own }: BaseImageSpec, { releases, why }: ChosenSystems): string | undefined {
  if (own) return `${describeSystem(own.parts.system)} (${why})`;
  const parts = parseTag(reference.slice(reference.lastIndexOf(':') + 1));
  const found = releases.find(({ os, release }) => os === parts?.os && release === parts.osRelease);
  return found && `${describeSystem(found)} (${why})`;
}

type Found = Pick<ChosenImage, 'wanted' | 'source'>;

async function findPlanned(
  engine: Engine,
  { target, image, authorities }: BuildRequest,
  planned: PlannedImage,
  look: ResolveContext,
): Promise<Found> {
  const { registry, pull, officialImages } = image;
  const local = pull === 'always' ? [] : await tagsInEngine(engine, registry, target.platform);
  const [here] = rankTags(local, planned.imageQuery, planned.order);
  if (here) {
    return { wanted: { reference: here.reference, digest: undefined, pull: 'never', target }, source: 'engine' };
  }
  if (pull === 'never') throw notHere(planned);
  const options = lookUpOptions(registry, authorities, look);
  const published = ({ digest, ...tagged }: ImageReference, source: ImageSource): Found => ({
    wanted: { reference: formatReference(tagged), digest, pull: 'missing', target },
    source,
  });
  try {
    return published((await findImage(planned.imageQuery, planned.order, options)).reference, 'published');
  } catch (error) {
    if (!(error instanceof MixReleaseError) || error.code !== 'no-such-image') throw error;
    if (officialImages) {
      look.note('no hexpm/elixir image has these versions: asking for an official elixir image');
      const official = await findOfficialImage(planned.imageQuery, options);
      if (official) return published(official.reference, 'official');
    }
    if (!image.ownBase || target.libc !== 'glibc') throw error;
    look.note('no image has these versions: a base image is made of Erlang/OTP and Elixir here (own-base)');
    return { wanted: await planOwnBase({ target, image, authorities }, planned, look.env, options), source: 'own' };
  }
}

function lookUpOptions(
  registry: string | undefined,
  authorities: readonly string[],
  { env, signal, note }: ResolveContext,
) {
  const api = env.MIX_RELEASE_BUILDER_API;
  return {
    signal,
    fetch: fetchBy({ env, authorities }),
    ...(registry !== undefined && { registry }),
    ...(api !== undefined && api !== '' && { api }),
    credentials: (reference: ImageReference) => credentialsFor(reference, { env, signal, onWarning: note }),
  };
}

function notHere({ versions, imageQuery }: PlannedImage): MixReleaseError {
  const systems = imageQuery.systems.map(({ os, release }) => `${os}:${release}`).join(' or ');
  return new MixReleaseError('image-not-found', {
    what: `no hexpm/elixir image in the engine has ${versions.join(', ')} on ${systems} for ${imageQuery.architecture}, and pull is never`,
    next: 'Leave pull out, load such an image with docker load, or name one with image.',
  });
}
