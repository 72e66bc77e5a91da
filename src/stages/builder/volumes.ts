import { createHash } from 'node:crypto';
import type { Builder } from '../../builder/builder.js';
import type { BuildRequest } from '../../options/request.js';

/** Where a build keeps its state between runs. */
export interface StateVolume {
  readonly name: string;
  /** Name of the build container: the engine lets only one have it, so that it is the lock of the volume. */
  readonly lock: string | undefined;
}

/** The state that the next build of this project and target from the same builder image takes up again. */
export function keptState(request: BuildRequest, builder: Builder): StateVolume {
  const parts = [request.checkout, request.project, request.cacheKeySuffix ?? '', ...machinery(request, builder)];
  const key = shortHash(parts);
  return { name: `mix-release-state-${key}`, lock: `mix-release-build-${key}` };
}

/** State that belongs to one run and goes with it. */
export function freshState(run: string): StateVolume {
  return { name: `mix-release-state-run-${run}`, lock: undefined };
}

/**
 * What state is made with and never crosses: platform and triple, the base image's digest, and the builder image, whose
 * name is a hash of packages, Dockerfiles and our tasks. Elixir and OTP are part of the image.
 */
export function machinery({ target }: BuildRequest, { tag, base }: Builder): readonly string[] {
  return [target.platform, target.triple, base.digest, tag];
}

/** 16 hex digits. */
export function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
