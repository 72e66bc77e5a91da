import { inventoryOf, releaseOf, startRelease, type ReleaseFacts } from '../../mix/mix.js';
import type { Stage } from '../../pipeline/stage.js';
import type { ReadyForRelease } from '../before-release/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Crossed } from '../natives/stage.js';
import type { ReleaseOfTarget } from './release-of-target.js';

/** A release in the container. */
export interface Assembled {
  readonly facts: ReleaseFacts;
  /** Where its applications come from, as JSON; left out where no SBOM is made. */
  readonly inventory?: string;
}

type Needs = WithMix &
  Partial<ReadyForRelease> &
  Partial<Crossed> &
  Pick<ReleaseOfTarget, 'requestedName' | 'isFirst' | 'isLast'>;

/** Assembles a release: `mix release NAME --overwrite`. */
export const release: Stage<'release', Needs, Assembled> = {
  name: 'release',
  does: 'Assembles the release, the first one in the same BEAM instance.',
  run: async ({ mix, mixContext, releaseEnv, crossed, requestedName, isFirst, isLast }) => {
    const env = crossed ? crossed.mixContext.env : (releaseEnv ?? mixContext.env);
    // The run of Mix that compiled goes on to the first release, unless something ran in between.
    const goesOn = isFirst && (crossed !== undefined || releaseEnv === undefined);
    const context = crossed?.mixContext ?? mixContext;
    const assembling = goesOn
      ? (crossed?.mix ?? mix)
      : startRelease({ ...context, env }, requestedName, crossed !== undefined && isLast);
    await assembling.finished();
    const inventory = inventoryOf(assembling);
    return { facts: releaseOf(assembling), ...(inventory !== undefined && { inventory }) };
  },
  outputs: {
    'release-name': { summary: 'Name of the release.', value: ({ facts }) => facts.name },
    'release-version': { summary: 'Version of the release.', common: true, value: ({ facts }) => facts.version },
    'erts-version': {
      summary: 'Version of the Erlang runtime system in the release.',
      value: ({ facts }) => facts.erts,
      ofFirst: true,
    },
  },
  summary: ({ facts: { name, version, erts } }) => ({
    first: true,
    rows: [
      ['Release', `${name} ${version}`],
      ['Erlang runtime', erts],
    ],
  }),
  errors: ['release-failed', 'version-mismatch'],
};
