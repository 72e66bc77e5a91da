import { ownBaseDigest, ownBaseName } from '../../builder/own-base.js';
import type { BaseImageSpec } from '../../builder/image.js';
import type { BuildRequest } from '../../options/request.js';
import { findOwnBaseParts } from '../../registry/hexpm-builds.js';
import type { HttpOptions } from '../../registry/http.js';
import { parseReference, repositoryOf, withRegistry } from '../../registry/reference.js';
import { findSystemRelease } from '../../targets/systems.js';
import type { Environment } from '../../environment.js';
import type { PlannedImage } from './image-query.js';

/**
 * A base image of our own for versions that no image is published for, on the preferred system.
 *
 * @throws MixReleaseError as `findOwnBaseParts` does
 */
export async function planOwnBase(
  { target, image, authorities }: Pick<BuildRequest, 'target' | 'image' | 'authorities'>,
  { imageQuery, order }: PlannedImage,
  env: Environment,
  http: HttpOptions,
): Promise<BaseImageSpec> {
  const { registry, pull } = image;
  const [system] = imageQuery.systems;
  if (!system) throw new Error('a query has at least one system');
  const version = findSystemRelease(system.os, system.release)?.version ?? system.release;
  const { HEX_BUILDS_URL: builds, MIX_RELEASE_OTP_SOURCES: sources } = env;
  const parts = await findOwnBaseParts({ ...imageQuery, system }, version, order, {
    ...http,
    ...(builds && { builds: withoutSlash(builds) }),
    ...(sources && { sources: withoutSlash(sources) }),
  });
  // Only Debian has slim images.
  const name = parseReference(`${system.os}:${system.release}${system.os === 'debian' ? '-slim' : ''}`);
  const { tag = 'latest', ...repository } = registry === undefined ? name : withRegistry(name, registry);
  const own = { parts, system: `${repositoryOf(repository)}:${tag}`, authorities };
  return { reference: ownBaseName(own, target), digest: ownBaseDigest(own, target), pull, target, own };
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, '');
