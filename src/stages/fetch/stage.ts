import type { Stage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Assembled } from '../release/stage.js';
import type { Sent } from '../sources/stage.js';
import { fetchRelease, type Fetched } from './fetch.js';

/** Brings the release back as a tar stream, unpacks it in the workbench, and packs it on the way. */
export const fetch: Stage<'fetch', Pick<Prepared, 'session'> & Pick<Sent, 'date'> & Assembled, Fetched> = {
  name: 'fetch',
  does: 'Brings the release back as a tar stream, unpacks it in the workbench, and packs it on the way. The container stays until the audit.',
  run: ({ session: { container }, date, facts }, run) => fetchRelease(container, facts, date, run),
  errors: [],
};
