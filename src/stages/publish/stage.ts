import { packageName } from '../../package/names.js';
import type { PublishedArtifact } from '../../pipeline/publication.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import type { Placed } from '../place/stage.js';

/** What was published. */
export interface Published {
  readonly artifacts: readonly PublishedArtifact[];
}

const lines = <T>(items: readonly T[], text: (item: T) => string): string => items.map(text).join('\n');

/** Uploads the output files as workflow artifacts. */
export const publish: OptionalStage<'publish', Placed, Published> = {
  name: 'publish',
  does: 'Uploads the files as workflow artifacts.',
  skip: (_, run) => (run.publish ? undefined : 'no artifact was requested'),
  run: async ({ built }, run) => {
    if (!run.publish) throw new Error('without somewhere to publish this stage is skipped');
    const publications = built.map((release) => {
      const name = packageName(release, release.target);
      const uploaded = run.files.of(name).filter(({ upload }) => upload);
      return { name, files: uploaded.map(({ path }) => path) };
    });
    return { artifacts: await run.publish(publications) };
  },
  outputs: {
    'artifact-id': {
      summary: 'Identifier of the workflow artifact; empty if none was uploaded.',
      value: ({ artifacts }) => lines(artifacts, ({ id }) => String(id)),
    },
    'artifact-url': {
      summary: 'Address of the workflow artifact; empty if none was uploaded.',
      common: true,
      value: ({ artifacts }) => lines(artifacts, ({ url }) => url),
    },
    'artifact-digest': {
      summary: 'SHA-256 of the workflow artifact; empty if none was uploaded.',
      value: ({ artifacts }) => lines(artifacts, ({ digest }) => digest),
    },
  },
  errors: ['artifact-exists', 'artifact-failed'],
};
