import type { Stage } from '../../pipeline/stage.js';
import type { Crossed } from '../natives/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { Assembled } from '../release/stage.js';
import type { Sent } from '../sources/stage.js';
import { fetchRelease, type Fetched } from './fetch.js';

type Needs = Pick<Prepared, 'session'> & Partial<Crossed> & Pick<Sent, 'date'> & Assembled;

/** Brings the release back as a tar stream, unpacks it in the workbench, and packs it on the way. */
export const fetch: Stage<'fetch', Needs, Fetched> = {
  name: 'fetch',
  does: 'Brings the release back as a tar stream, unpacks it in the workbench, and packs it on the way. The container stays until the audit.',
  run: ({ session, workplace, date, facts }, run) => fetchRelease(workplace ?? session.container, facts, date, run),
  errors: [],
};
