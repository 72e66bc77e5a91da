import { dockerfileName } from '../../builder/recipe.js';
import type { VersionCheck } from '../../mix/mix.js';
import type { Run } from '../../pipeline/run.js';
import type { BuildRequest } from '../../options/request.js';
import type { Stage } from '../../pipeline/stage.js';
import { resolvePlan, type BuildPlan } from './plan.js';
import { compilationFacts, compilationLines } from './compilations-text.js';
import { resolveCompilations, type Compilation } from './compilations.js';
import { planLines } from './plan-text.js';
import { versionCheck } from './version-check.js';

/** What the rest of the build goes by. */
export interface Planned {
  readonly plan: BuildPlan;
}

/** What is known before a plan, and before there is an engine: so a commit without a tag costs nothing. */
export interface Checked {
  /** What every release has to pass when its version is known; undefined where nothing is to be checked. */
  readonly checkVersion: VersionCheck | undefined;
}

/** What planning takes of a run. */
type Planning = Pick<Run, 'engine' | 'request' | 'signal' | 'env'> & { readonly log: Pick<Run['log'], 'note'> };

/**
 * The plan of a request for one target.
 *
 * @throws MixReleaseError with one of the codes of the stage
 */
async function planFor({ engine, request, signal, env, log }: Planning): Promise<Planned> {
  const resolved = await resolvePlan(engine, request, { signal, env, note: (text) => log.note(text) });
  return { plan: resolved };
}

/**
 * The compilations of the requests of one run, for `mix-release plan`, which ends with them, as `resolveCompilations` has them.
 *
 * @throws MixReleaseError with one of the codes of the stage
 */
export async function compilationsFor(
  requests: readonly BuildRequest[],
  { engine, signal, env, log }: Omit<Planning, 'request'>,
): Promise<readonly Compilation[]> {
  return resolveCompilations(engine, requests, { signal, env, note: (text) => log.note(text) });
}

export { compilationFacts, compilationLines, versionCheck };

/** Resolves target, versions, system, base image and recipe. Nothing is pulled, built or started. */
export const plan: Stage<'plan', object, Planned> = {
  name: 'plan',
  does: 'Resolves target, versions, system, base image and recipe. Nothing is pulled, built or started.',
  run: (_, run) => planFor(run),
  outcome: ({ plan: { image, recipe } }) => image?.wanted.reference ?? dockerfileName(recipe),
  notes: (gave) => planLines(gave.plan),
  outputs: {
    target: {
      summary: 'Target triple that the release was built for.',
      value: ({ plan: { target } }) => target.triple,
    },
  },
  summary: ({ plan: { target } }) => ({ rows: [['Target', target.triple]] }),
  errors: [
    'architecture-mismatch',
    'bad-option',
    'bad-version',
    'bad-version-file',
    'incompatible-versions',
    'cannot-cross',
    'image-not-found',
    'no-such-image',
    'registry-outage',
    'sources-unreadable',
  ],
};
