import type { Stage } from '../../pipeline/stage.js';
import type { WithMix } from '../deps/stage.js';

/** Waits until the run of Mix that `deps` started has compiled everything. */
export const compile: Stage<'compile', Pick<WithMix, 'mix'>, object> = {
  name: 'compile',
  does: 'Compiles, in the same BEAM instance.',
  run: async ({ mix }) => {
    await mix.reached('release');
    return {};
  },
  errors: ['compile-failed'],
};
