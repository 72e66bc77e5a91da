import type { CacheHit } from '../../cache/store.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Finding } from '../sources/find.js';
import { stateKey } from './key.js';
import { restoreState, stateToSave } from './restore.js';

/** What the build cache had. */
export interface Restored {
  readonly cacheHit: CacheHit;
}

const OUTCOMES: Readonly<Record<CacheHit, string>> = { exact: 'hit', partial: 'an older one', none: 'nothing' };

/** Puts the state of an earlier run on the volume of this one, where a cache service has one that fits. */
export const cache: OptionalStage<'cache', Finding & Prepared, Restored> = {
  name: 'cache',
  does: 'Restores the build cache of an earlier run, if a cache service has one that fits.',
  skip: (_, { request, store }) => {
    if (request.cache === 'false') return 'cache is false';
    return store ? undefined : 'no cache service here; the build cache is a volume on this machine';
  },
  run: async ({ finding, builder, session: { container } }, { id, request, store, log, ...run }) => {
    if (!store) throw new Error('without a store this stage is skipped');
    const key = stateKey(request, builder, (await finding).inputs);
    const cacheHit = await restoreState(store, container, key, (text) => log.note(text));
    if (cacheHit !== 'exact') run.whenPlaced(() => store.scheduleSave(stateToSave(key, request, builder, id)));
    return { cacheHit };
  },
  outcome: ({ cacheHit }) => OUTCOMES[cacheHit],
  outputs: {
    'cache-hit': {
      summary:
        'Whether a build cache with the same dependencies and configuration was used: true or false; empty without a cache service.',
      value: ({ cacheHit }) => String(cacheHit === 'exact'),
    },
  },
  errors: [],
};
