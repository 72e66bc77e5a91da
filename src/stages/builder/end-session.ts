import type { CacheHit } from '../../cache/store.js';
import type { Step } from '../../pipeline/pipeline.js';
import type { Prepared } from './stage.js';

/** The build container is not needed any more: it is removed while the rest is done. */
export const endSession: Step<Pick<Prepared, 'session'> & { readonly cacheHit?: CacheHit }> = (
  { session, cacheHit },
  { background },
) => {
  background.adopt(session.end(cacheHit !== undefined && cacheHit !== 'exact'));
};
