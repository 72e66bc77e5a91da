import { MixReleaseError, messageOf } from '../errors.js';
import type { Engine, ImageInfo } from '../engine/engine.js';
import { refused } from '../engine/failure.js';
import type { OwnBaseParts } from '../registry/hexpm-builds.js';
import { parseReference, repositoryOf } from '../registry/reference.js';
import type { Target } from '../targets/table.js';
import { pullImage, type PullContext } from './pull.js';

/** When images are pulled: where the engine lacks them, for every build, or not at all. */
export type PullPolicy = 'missing' | 'always' | 'never';

/** A base image that is made here. */
export interface OwnBaseSpec {
  readonly parts: OwnBaseParts;
  /** The image of its system. */
  readonly system: string;
  /** Authorities that it trusts besides its system's, each as PEM; none where it is left out. */
  readonly authorities?: readonly string[];
}

/** The base image to find or pull. */
export interface BaseImageSpec {
  readonly reference: string;
  /** The digest from the registry, by which the image is then pulled. */
  readonly digest: string | undefined;
  /** Whether a present image is pulled again, and a missing one at all. */
  readonly pull: PullPolicy;
  readonly target: Target;
  /** What it is made of, where it is made here. */
  readonly own?: OwnBaseSpec;
}

/** An image in the engine. */
export interface Image {
  readonly reference: string;
  /** Its identifier in the engine: `sha256:` and 64 hex digits. */
  readonly id: string;
  /** The digest of its manifest where the engine or a registry told it, else its identifier. */
  readonly digest: string;
}

/**
 * The requested image, pulled where that is necessary and allowed.
 *
 * @throws MixReleaseError `image-not-found`, `image-registry-outage` or `image-platform-mismatch`
 */
export async function ensureImage(engine: Engine, spec: BaseImageSpec, context: PullContext): Promise<Image> {
  return (await ensurePresent(engine, spec, context)).single();
}

/** An image that the engine has, be it in an index. */
export interface PresentImage extends Image {
  /** The same, found alone by its identifier. Where it is in an index, the engine copies it out of that. */
  single(): Promise<Image>;
}

/** As `ensureImage`, for those who may need no more of the image than its digest. */
export async function ensurePresent(engine: Engine, spec: BaseImageSpec, context: PullContext): Promise<PresentImage> {
  const { reference, target, pull } = spec;
  const name = pinnedReference(spec);
  const { platform } = target;
  const local = await engine.images.inspect(name, platform);
  const fits = local?.platform === platform;
  if (pull === 'never' || (fits && (pull === 'missing' || spec.digest !== undefined))) {
    if (!local) throw notInEngine(reference);
    return presentImage(engine, local, spec, context);
  }
  context.onLine(`pulling ${name}`);
  try {
    await pullImage(engine, name, platform, context);
  } catch (error) {
    // The local image of that name is for another platform, and the pull found no other.
    throw local && !fits ? wrongPlatform(local, reference, target, error) : error;
  }
  const pulled = await engine.images.inspect(name, platform);
  if (!pulled) throw refused(`to pull image ${name}`, 'it reported success, but the image is missing');
  const image = presentImage(engine, pulled, spec, context);
  if (pulled.platform === platform && !(await engine.images.inspect(pulled.id))) {
    // The name is that of an index. Its layers are here: only the manifest of the platform travels.
    await pullImage(engine, `${repositoryOf(parseReference(reference))}@${pulled.id}`, platform, context);
  }
  // Its tag lets later builds find it without a registry.
  if (spec.digest !== undefined) await tagImage(engine, image.id, reference);
  return image;
}

/** Gives an image one more name, `repository:tag`. */
export async function tagImage(engine: Engine, id: string, reference: string): Promise<void> {
  const { tag = 'latest', ...named } = parseReference(reference);
  await engine.images.tag(id, { repository: repositoryOf(named), tag });
}

/**
 * The digest of an image's manifest: from the engine, else from the registry of that name; its identifier where neither
 * told one, as for an image that was built or loaded locally.
 */
export function digestOf({ id, manifest, digests }: ImageInfo, reference: string): string {
  if (manifest !== undefined) return manifest;
  const repository = repositoryOf(parseReference(reference));
  const repositoryDigest = digests.find((digest) => digest.startsWith(`${repository}@`));
  // Not one of another name: pushing the same image elsewhere would change the digest.
  return repositoryDigest?.split('@')[1] ?? id;
}

function pinnedReference({ reference, digest }: BaseImageSpec): string {
  return digest === undefined ? reference : `${repositoryOf(parseReference(reference))}@${digest}`;
}

function presentImage(engine: Engine, found: ImageInfo, spec: BaseImageSpec, context: PullContext): PresentImage {
  const { reference, target } = spec;
  // The engine may lack what tells the platform, though it has what containers need: the registry told it, then.
  const fits = found.platform === target.platform || (found.platform === '' && spec.digest !== undefined);
  if (!fits) throw wrongPlatform(found, reference, target);
  const image = { reference, id: found.id, digest: digestOf(found, reference) };
  const single = async (): Promise<string> => {
    try {
      return await engine.images.single(found, reference);
    } catch (error) {
      if (spec.pull === 'never' || !(error instanceof MixReleaseError) || error.code !== 'engine-error') throw error;
      // The engine has the layers and not all of the image: its manifest makes it whole enough.
      await pullImage(engine, `${repositoryOf(parseReference(reference))}@${found.id}`, target.platform, context);
      return found.id;
    }
  };
  return { ...image, single: async () => ({ ...image, id: await single() }) };
}

function wrongPlatform(found: ImageInfo, reference: string, target: Target, cause?: unknown): MixReleaseError {
  const attempt = cause === undefined ? '' : ` Pulling one failed: ${messageOf(cause)}`;
  return new MixReleaseError('image-platform-mismatch', {
    what: `image ${reference} is for ${found.platform === '' ? 'an unknown platform' : found.platform}, but target ${target.triple} needs ${target.platform}`,
    next: `Name an image for ${target.platform}, or remove the local one with docker image rm.${attempt}`,
    cause,
  });
}

function notInEngine(reference: string): MixReleaseError {
  return new MixReleaseError('image-not-found', {
    what: `image ${reference} is not in the engine, and pull is never`,
    next: 'Load it with docker load or docker pull, or leave pull out.',
  });
}
