import { dockerfileName } from '../../builder/recipe.js';
import type { VersionCheck } from '../../mix/mix.js';
import type { BuildRequests } from '../../options/request.js';
import type { Run } from '../../pipeline/run.js';
import type { Stage } from '../../pipeline/stage.js';
import { resolveCompilations, type Compilation, type TargetPlan } from './compilations.js';
import type { BuildPlan } from './plan.js';
import { planFacts, planLines } from './plan-text.js';
import { versionCheck } from './version-check.js';

/** What all of the build goes by: what is compiled, and the targets that are made of it. */
export interface AllPlanned {
  readonly compilations: readonly Compilation[];
}

/** What one compilation goes by, and what a release of it goes by. */
export interface Planned {
  readonly compilation: Compilation;
  readonly plan: BuildPlan;
}

/** What a release goes by: its target, and the plan of that. */
export interface OfPlan {
  readonly of: TargetPlan;
  readonly plan: BuildPlan;
}

/** The requests of a run: one for each target. */
export interface Requested {
  readonly requests: BuildRequests;
}

/** What is known before a plan, and before there is an engine: so a commit without a tag costs nothing. */
export interface Checked {
  /** What every release has to pass when its version is known; undefined where nothing is to be checked. */
  readonly checkVersion: VersionCheck | undefined;
}

/** What planning takes of a run. */
type Planning = Pick<Run, 'engine' | 'signal' | 'env'> & { readonly log: Pick<Run['log'], 'note'> };

/**
 * The plan of requests: for a build, and for `mix-release plan`, which ends with it.
 *
 * @throws MixReleaseError with one of the codes of the stage
 */
export async function planFor(requests: BuildRequests, { engine, signal, env, log }: Planning): Promise<AllPlanned> {
  const look = { signal, env, note: (text: string) => log.note(text) };
  return { compilations: await resolveCompilations(engine, requests, look) };
}

export { planFacts, planLines, versionCheck };

/** Resolves targets, versions, systems, base images and recipes. Nothing is pulled, built or started. */
export const plan: Stage<'plan', Requested, AllPlanned> = {
  name: 'plan',
  does: 'Resolves targets, versions, systems, base images and recipes. Nothing is pulled, built or started.',
  run: ({ requests }, run) => planFor(requests, run),
  outcome: ({ compilations }) =>
    compilations.map(({ plan: { image, recipe } }) => image?.wanted.reference ?? dockerfileName(recipe)).join(', '),
  notes: ({ compilations }) => compilations.flatMap(({ targets }) => targets.flatMap((each) => planLines(each.plan))),
  errors: [
    'architecture-mismatch',
    'bad-option',
    'bad-version',
    'bad-version-file',
    'incompatible-versions',
    'image-not-found',
    'no-such-image',
    'registry-outage',
    'sources-unreadable',
  ],
};
