import { keepPlaces, type Kept } from '../../cache/kept.js';
import path from 'node:path';
import { decodePath } from '../../builder/encoded-path.js';
import { MixReleaseError } from '../../errors.js';
import { SOURCES } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import type { Stage } from '../../pipeline/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Sent } from '../sources/stage.js';

/** What was compiled. */
export interface Compiled {
  /** Applications whose compiled code of an earlier build was not used, each with the reason. */
  readonly recompiled: readonly string[];
}

type Needs = Pick<WithMix, 'mix'> & Pick<Prepared, 'session'> & Pick<Sent, 'sources' | 'kept'>;

/** Waits until the run of Mix that `deps` started has compiled everything, and writes down what stays for the next build. */
export const compile: Stage<'compile', Needs, Compiled> = {
  name: 'compile',
  does: 'Compiles, in the same BEAM instance. Files that the compilation wrote below the sources stay with the compiled code.',
  run: async ({ mix, sources, kept, session: { container } }, { request }) => {
    const { facts } = mix;
    const keep = async (): Promise<void> => {
      const outputs = linesOf(facts.get('outputs'))?.map(decodePath);
      await keepPlaces(container, kept, placesOf(request, facts, sources), outputs);
    };
    try {
      await mix.reached('release');
    } catch (error) {
      // Mix has ended; dependencies and what was compiled so far are of use to the next build.
      if (error instanceof MixReleaseError && error.code === 'compile-failed') await keep();
      throw error;
    }
    await keep();
    return { recompiled: linesOf(facts.get('recompiled')) ?? [] };
  },
  notes: ({ recompiled }) => recompiled.map((line) => `compiled from scratch: ${line}`),
  errors: ['compile-failed'],
};

const linesOf = (text: string | undefined): readonly string[] | undefined => text?.split('\n').filter(Boolean);

/** Where Mix has fetched dependencies and compiled code, by its environment and target. */
function placesOf(
  { mixEnv, env }: BuildRequest,
  facts: ReadonlyMap<string, string>,
  { entries }: Sent['sources'],
): Kept['places'] {
  const [deps, build] = [facts.get('deps_path'), facts.get('build_path')];
  if (build === undefined) return {};
  const place = deps === undefined ? {} : dependencies(deps, linesOf(facts.get('fetched')) ?? [], entries);
  return { [`${env.MIX_TARGET ?? 'host'} ${mixEnv}`]: { ...place, build } };
}

/** What stays of dependencies: all, or what is no source, where the checkout has a part of them. */
function dependencies(
  deps: string,
  fetched: readonly string[],
  sources: ReadonlyMap<string, unknown>,
): Pick<Kept['places'][string], 'deps' | 'fetched'> {
  const name = path.posix.relative(SOURCES, deps);
  if (name !== '' && !sources.has(name)) return { deps };
  return { fetched: fetched.map((each) => path.posix.join(deps, decodePath(each))) };
}
