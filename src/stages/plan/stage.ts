import { dockerfileName } from '../../builder/recipe.js';
import type { VersionCheck } from '../../mix/mix.js';
import type { BuildRequests } from '../../options/request.js';
import type { Stage } from '../../pipeline/stage.js';
import type { BuildPlan } from './plan.js';
import { compilationFacts, compilationLines } from './compilations-text.js';
import { resolveCompilations, type Compilation, type TargetPlan } from './compilations.js';
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

export { compilationFacts, compilationLines, resolveCompilations, versionCheck };

/** Resolves targets, versions, systems, base images and recipes. Nothing is pulled, built or started. */
export const plan: Stage<'plan', Requested, AllPlanned> = {
  name: 'plan',
  does: 'Resolves targets, versions, systems, base images and recipes. Nothing is pulled, built or started.',
  run: async ({ requests }, { engine, signal, env, log }) => {
    const look = { signal, env, note: (text: string): void => log.note(text) };
    return { compilations: await resolveCompilations(engine, requests, look) };
  },
  outcome: ({ compilations }) =>
    compilations.map(({ plan: { image, recipe } }) => image?.wanted.reference ?? dockerfileName(recipe)).join(', '),
  notes: ({ compilations }) => compilationLines(compilations),
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
