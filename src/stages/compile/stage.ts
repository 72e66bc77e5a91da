import type { Stage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import { keepPlaces } from '../../cache/kept.js';
import { decodePath } from '../sources/sent-files.js';

/** Waits until the run of Mix that `deps` started has compiled everything. */
export const compile: Stage<'compile', Pick<WithMix, 'mix' | 'keeping'> & Pick<Prepared, 'session'>, object> = {
  name: 'compile',
  does: 'Compiles, in the same BEAM instance.',
  run: async ({ mix, keeping, session: { container } }) => {
    await mix.reached('release');
    const outputs = mix.facts.get('outputs')?.split('\n').filter(Boolean).map(decodePath);
    await keepPlaces(container, keeping, {}, outputs);
    return {};
  },
  errors: ['compile-failed'],
};
