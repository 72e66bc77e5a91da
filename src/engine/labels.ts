/** Label on every container, volume and image that this program makes; its value says which kind of thing it is. */
export const KIND_LABEL = 'mix-release.kind';
/** Label with the identifier of the run that made a thing, so that the run's post step finds it again. */
export const RUN_LABEL = 'mix-release.run';

export type Kind = 'build' | 'probe' | 'state' | 'builder';

export function labels(kind: Kind, run: string): Record<string, string> {
  return { [KIND_LABEL]: kind, [RUN_LABEL]: run };
}
