import type { Compilation, TargetPlan } from './compilations.js';
import { planFacts, planLines, type Manner } from './plan-text.js';

/** What is built, for people: the lines of each target's plan, with an empty one between two. */
export function compilationLines(compilations: readonly Compilation[]): readonly string[] {
  const blocks = compilations.flatMap((compilation) =>
    compilation.targets.map((target) => planLines(target.plan, mannerOf(compilation, target))),
  );
  return blocks.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

/** The facts of each target's plan, in the order of the compilations. */
export function compilationFacts(compilations: readonly Compilation[]): readonly ReturnType<typeof planFacts>[] {
  return compilations.flatMap((compilation) =>
    compilation.targets.map((target) => planFacts(target.plan, mannerOf(compilation, target))),
  );
}

function mannerOf({ plan }: Compilation, { method, why }: TargetPlan): Manner {
  return { method, why, ...(method === 'cross' && { lender: plan }) };
}
