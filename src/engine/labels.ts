/** Label on every container, volume and image that this program makes; its value says which kind of thing it is. */
export const KIND_LABEL = 'mix-release.kind';
/** Label with the identifier of the run that made a thing, so that the run's post step finds it again. */
export const RUN_LABEL = 'mix-release.run';

/** Label on a builder image with the reference of the base image that it was made from. */
export const BASE_LABEL = 'mix-release.base';

/** Label on a builder image with what was found in it, as JSON. */
export const PROBE_LABEL = 'mix-release.probe';

export type Kind = 'build' | 'probe' | 'state' | 'builder' | 'smoke' | 'service' | 'runtime';

export function labels(kind: Kind, run: string): Record<string, string> {
  return { [KIND_LABEL]: kind, [RUN_LABEL]: run };
}
