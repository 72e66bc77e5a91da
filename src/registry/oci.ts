import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { MixReleaseError } from '../errors.js';
import { jsonOf, outage } from './http.js';
import { lenient, TEXT } from './lenient.js';
import { formatReference, isDigest, registryHost, type ImageReference } from './reference.js';
import type { Repository } from './repository.js';

// In order of preference: an index lists its platforms.
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The manifest of a reference. */
export interface FoundManifest {
  /** Digest of the index or manifest that the reference names. */
  readonly digest: string;
  /**
   * Digest of the platform's manifest; the same as `digest` for an image of one platform. Pull and record the image by
   * it: engines with the containerd image store choose from an index by their own platform in places.
   */
  readonly platformDigest: string;
}

/** Also what an image's configuration says of its platform. */
const PLATFORM = v.object({ os: lenient(TEXT), architecture: lenient(TEXT), variant: lenient(TEXT) });
type Platform = v.InferOutput<typeof PLATFORM>;

/** An index of manifests, or the manifest of one image: it has `config`. */
const MANIFEST = v.object({
  manifests: lenient(
    v.array(
      v.fallback(v.object({ digest: lenient(v.string()), platform: lenient(PLATFORM) }), {
        digest: undefined,
        platform: undefined,
      }),
    ),
  ),
  config: lenient(v.object({ digest: lenient(v.string()) })),
});

/**
 * The manifest of a reference in an open repository, for a platform (`linux/amd64`, `linux/arm64/v8`); undefined where
 * there is none. Every body is checked against its digest.
 *
 * @throws MixReleaseError `image-platform-mismatch`, `image-digest-mismatch`,  `image-not-found` (not readable without a
 *   login, or with this one) or `registry-outage`
 */
export async function findManifest(
  repository: Repository,
  reference: ImageReference,
  platform: string,
): Promise<FoundManifest | undefined> {
  const name = reference.digest ?? reference.tag ?? 'latest';
  const head = await repository.request('HEAD', `manifests/${name}`, MANIFESTS);
  if (!head) return undefined;
  // Some registries omit the header; the digest is then computed from the body.
  const header = head.headers.get('docker-content-digest');
  const announced = header !== null && isDigest(header) ? header : undefined;
  if (reference.digest !== undefined && announced !== undefined && announced !== reference.digest) {
    throw mismatch(reference, reference.digest, announced);
  }
  const digest = announced ?? reference.digest;
  // By digest, so that a tag that moves between two requests cannot mix two images.
  const manifest = await fetchChecked(MANIFEST, repository, `manifests/${digest ?? name}`, digest, reference);
  if (!manifest) return undefined;
  const platformDigest = await digestForPlatform(manifest, platform, repository, reference);
  return { digest: manifest.digest, platformDigest };
}

interface FetchedJson<T> {
  readonly url: URL;
  readonly digest: string;
  readonly json: T;
}

async function fetchChecked<S extends v.GenericSchema>(
  schema: S,
  repository: Repository,
  part: string,
  expected: string | undefined,
  reference: ImageReference,
): Promise<FetchedJson<v.InferOutput<S>> | undefined> {
  const answer = await repository.request('GET', part, part.startsWith('manifests/') ? MANIFESTS : undefined);
  if (!answer) return undefined;
  const digest = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
  if (expected !== undefined && digest !== expected) throw mismatch(reference, expected, digest);
  const url = repository.url(part);
  const content = v.safeParse(schema, jsonOf(url, answer));
  if (!content.success) throw outage(url, NO_MANIFEST);
  return { url, digest, json: content.output };
}

const NO_MANIFEST = 'answered neither a manifest nor an index of manifests';

async function digestForPlatform(
  manifest: FetchedJson<v.InferOutput<typeof MANIFEST>>,
  wanted: string,
  repository: Repository,
  reference: ImageReference,
): Promise<string> {
  const { manifests, config } = manifest.json;
  if (manifests) {
    const platforms = manifests.map(({ platform }) => platform ?? UNKNOWN);
    const exact = platforms.findIndex((platform) => platformText(platform) === wanted);
    const index = exact < 0 ? platforms.findIndex((platform) => matchesPlatform(platform, wanted)) : exact;
    const digest = manifests[index]?.digest;
    if (digest !== undefined) return digest;
    // Attestations have the platform unknown/unknown.
    const known = platforms.map(platformText);
    throw wrongPlatform(reference, wanted, new Set(known.filter((each) => !each.startsWith('unknown'))));
  }
  const blob = config?.digest;
  if (blob === undefined || !isDigest(blob)) throw outage(manifest.url, NO_MANIFEST);
  const document = await fetchChecked(PLATFORM, repository, `blobs/${blob}`, blob, reference);
  if (!document) throw outage(manifest.url, `has this manifest without its configuration ${blob}`);
  if (!matchesPlatform(document.json, wanted))
    throw wrongPlatform(reference, wanted, new Set([platformText(document.json)]));
  return manifest.digest;
}

const UNKNOWN: Platform = { os: undefined, architecture: undefined, variant: undefined };

function matchesPlatform(platform: Platform, wanted: string): boolean {
  const [os, architecture, variant] = wanted.split('/');
  if (platform.os !== os || platform.architecture !== architecture) return false;
  if (variant === undefined || platform.variant === variant) return true;
  // v8 is the only variant of arm64 in use, and many images omit it.
  return platform.variant === undefined && architecture === 'arm64' && variant === 'v8';
}

function platformText({ os = 'unknown', architecture = 'unknown', variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

function wrongPlatform(reference: ImageReference, wanted: string, known: ReadonlySet<string>): MixReleaseError {
  return new MixReleaseError('image-platform-mismatch', {
    what: `image ${formatReference(reference)} is for ${[...known].join(', ') || 'no platform'}, and not for ${wanted}`,
    next: `Name an image of ${wanted}, or a target of a platform that this image is for.`,
  });
}

function mismatch(reference: ImageReference, expected: string, got: string): MixReleaseError {
  return new MixReleaseError('image-digest-mismatch', {
    what: `${registryHost(reference)} returned ${got} for ${formatReference(reference)} instead of ${expected}`,
    next: 'The content is not the requested image: do not use it. Check the proxies and mirrors in front of the registry.',
  });
}
