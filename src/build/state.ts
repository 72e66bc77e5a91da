import { createHash } from 'node:crypto';
import type { Builder } from '../builder/builder.js';
import type { BuildRequest } from './request.js';

/** Where a build keeps its state between runs. */
export interface StateVolume {
  readonly name: string;
  /** Name of the build container: the engine lets only one have it, so that it is the lock of the volume. */
  readonly lock: string | undefined;
}

/** The state that the next build of this project and target from the same builder image takes up again. */
export function keptState(request: BuildRequest, builder: Builder): StateVolume {
  const parts = [request.checkout, request.project, request.target.triple, builder.tag];
  const key = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return { name: `mix-release-state-${key}`, lock: `mix-release-build-${key}` };
}

/** State that belongs to one run and goes with it. */
export function freshState(run: string): StateVolume {
  return { name: `mix-release-state-run-${run}`, lock: undefined };
}
