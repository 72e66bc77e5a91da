import * as v from 'valibot';

/** A state on a volume of the engine, as main leaves it for the post step to save. */
export const STATE_TO_SAVE = v.pipe(
  v.object({
    key: v.string(),
    facts: v.pipe(v.record(v.string(), v.string()), v.readonly()),
    volume: v.string(),
    /** Builder image, to read the volume with. */
    image: v.string(),
    platform: v.string(),
    withBuild: v.boolean(),
  }),
  v.readonly(),
);

export type StateToSave = v.InferOutput<typeof STATE_TO_SAVE>;
