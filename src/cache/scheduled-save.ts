import * as v from 'valibot';

/** A state volume that the main step leaves for the post step to save. */
export const SCHEDULED_SAVE = v.pipe(
  v.object({
    key: v.string(),
    facts: v.pipe(v.record(v.string(), v.string()), v.readonly()),
    volume: v.string(),
    /** The builder image, whose container reads the volume. */
    image: v.string(),
    platform: v.string(),
    withBuild: v.boolean(),
  }),
  v.readonly(),
);

export type ScheduledSave = v.InferOutput<typeof SCHEDULED_SAVE>;
