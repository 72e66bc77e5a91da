import type { Engine } from '../../engine/engine.js';
import type { BuildRequest, BuildRequests } from '../../options/request.js';
import type { ResolveContext } from './choose-image.js';
import { resolvePlan, type BuildPlan } from './plan.js';

/** How the code of a target comes about. */
export type TargetMethod = 'native' | 'cross' | 'emulate';

/** One target of a compilation. */
export interface TargetPlan {
  readonly request: BuildRequest;
  readonly plan: BuildPlan;
  readonly method: TargetMethod;
  readonly why: string;
}

/** One compilation, and the targets whose releases are made of it. */
export interface Compilation {
  readonly request: BuildRequest;
  readonly plan: BuildPlan;
  readonly targets: readonly TargetPlan[];
}

export async function resolveCompilations(
  engine: Engine,
  requests: BuildRequests,
  look: ResolveContext,
): Promise<readonly Compilation[]> {
  const plans = [];
  for (const request of requests) plans.push({ request, plan: await resolvePlan(engine, request, look) });
  const [first] = plans;
  if (!first) throw new Error('a run has a request');
  const targets = plans.map((each, at) => ({
    ...each,
    method: at === 0 ? ('native' as const) : ('cross' as const),
    why: '',
  }));
  return [{ ...first, targets }];
}
