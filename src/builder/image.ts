import { MixReleaseError, messageOf } from '../errors.js';
import type { Engine, ImageInfo } from '../engine/engine.js';
import { refused } from '../engine/failure.js';
import { parseReference, repositoryOf } from '../registry/reference.js';
import type { Target } from '../targets/table.js';
import { pullImage, type PullContext } from './pull.js';

/** When images are looked for outside the engine: when it lacks them, for every build, or not at all. */
export type PullPolicy = 'missing' | 'always' | 'never';

/** The base image that is asked for. */
export interface WantedImage {
  readonly reference: string;
  /** Digest that was looked up for it: the image is then pulled by it. */
  readonly digest: string | undefined;
  /** Whether an image that is there already is pulled again; whether one that is not is pulled at all. */
  readonly pull: PullPolicy;
  readonly target: Target;
}

/** An image that is present in the engine. */
export interface Image {
  readonly reference: string;
  /** The image's identifier in the engine: `sha256:` and 64 hex digits. */
  readonly id: string;
  /** Digest of its manifest where a registry gave one, else its identifier. */
  readonly digest: string;
}

/**
 * The image that is asked for, pulled where that is needed and allowed.
 *
 * @throws MixReleaseError `image-not-found`, `image-registry-outage` or `image-platform-mismatch`
 */
export async function ensureImage(engine: Engine, wanted: WantedImage, context: PullContext): Promise<Image> {
  const { reference, target, pull } = wanted;
  const name = pinned(wanted);
  const { platform } = target;
  const local = await engine.images.inspect(name, platform);
  const fits = local?.platform === platform;
  if (pull === 'never' || (fits && (pull === 'missing' || wanted.digest !== undefined))) {
    if (!local) throw notPulled(reference);
    return imageOf(local, reference, target);
  }
  context.onLine(`pulling ${name}`);
  try {
    await pullImage(engine, name, platform, context);
  } catch (error) {
    // What is there under that name is for another platform, and nothing else was to be had.
    throw local && !fits ? wrongPlatform(local, reference, target, error) : error;
  }
  const pulled = await engine.images.inspect(name, platform);
  if (!pulled) throw refused(`to pull image ${name}`, 'it says that it did, and the image is not there');
  const image = imageOf(pulled, reference, target);
  // By its tag it is found again without a request.
  if (wanted.digest !== undefined) await tagImage(engine, image.id, reference);
  return image;
}

/** Gives an image one more name, `repository:tag`. */
export async function tagImage(engine: Engine, id: string, reference: string): Promise<void> {
  const { tag = 'latest', ...named } = parseReference(reference);
  await engine.images.tag(id, { repository: repositoryOf(named), tag });
}

/**
 * The digest of an image's manifest as the registry of that name gave it; its identifier where none did, as for an
 * image that was made or loaded here.
 */
export function digestOf({ id, digests }: ImageInfo, reference: string): string {
  const repository = repositoryOf(parseReference(reference));
  const ofName = digests.find((each) => each.startsWith(`${repository}@`));
  // Not one of another name: the same image would get another digest when somebody pushes it elsewhere.
  return ofName?.split('@')[1] ?? id;
}

function pinned({ reference, digest }: WantedImage): string {
  return digest === undefined ? reference : `${repositoryOf(parseReference(reference))}@${digest}`;
}

function imageOf(found: ImageInfo, reference: string, target: Target): Image {
  if (found.platform !== target.platform) throw wrongPlatform(found, reference, target);
  return { reference, id: found.id, digest: digestOf(found, reference) };
}

function wrongPlatform(found: ImageInfo, reference: string, target: Target, cause?: unknown): MixReleaseError {
  const sought = cause === undefined ? '' : ` The engine looked for one: ${messageOf(cause)}`;
  return new MixReleaseError('image-platform-mismatch', {
    what: `image ${reference} is for ${found.platform}, and target ${target.triple} needs ${target.platform}`,
    next: `Name an image of ${target.platform}; a local one of another platform can be removed with docker image rm.${sought}`,
    cause,
  });
}

function notPulled(reference: string): MixReleaseError {
  return new MixReleaseError('image-not-found', {
    what: `image ${reference} is not in the engine, and pull is never`,
    next: 'Load it with docker load or docker pull, or leave pull out.',
  });
}
