import type { Engine } from '../../engine/engine.js';
import { MixReleaseError } from '../../errors.js';
import type { BuildRequest } from '../../options/request.js';
import { TARGETS } from '../../targets/table.js';
import type { ResolveContext } from './choose-image.js';
import { resolveOfOneVersion } from './common-versions.js';
import { ownManner } from './plan-text.js';
import { architectureMismatch, resolvePlan, type BuildPlan } from './plan.js';

/** How a release comes to be: in its target's own builder; from the bytecode of another one; or by emulation. */
export type Method = 'native' | 'cross' | 'emulate';

/** One target of a run. */
export interface TargetPlan {
  readonly request: BuildRequest;
  /** Of the target's own image. For `cross` and another architecture than the engine's, nothing in it is run. */
  readonly plan: BuildPlan;
  readonly method: Method;
  /** Why it is this method, and what lends its bytecode: one clause. */
  readonly why: string;
}

/** One builder in which all code of some targets is compiled, native code that is made again for a target aside. */
export interface Compilation {
  /**
   * Of the target whose builder it is: one of `targets`; else, where none has the engine's architecture, the first of them
   * with the target of the engine's architecture in place of its own.
   */
  readonly request: BuildRequest;
  readonly plan: BuildPlan;
  readonly targets: readonly [TargetPlan, ...TargetPlan[]];
}

/**
 * What the targets of a run are compiled in. Those of the methods auto and cross have one compilation, with one Elixir and
 * one OTP; each of the methods native and emulate has its own.
 *
 * @throws MixReleaseError `architecture-mismatch`, `cannot-cross`, `bad-option`, or what `resolvePlan` throws
 */
export async function resolveCompilations(
  engine: Engine,
  requests: readonly BuildRequest[],
  look: ResolveContext,
): Promise<readonly Compilation[]> {
  for (const { target, method } of requests) {
    if (method === 'native' && !isOwn(engine, target)) throw architectureMismatch(engine, target);
  }
  const [first, ...others] = requests.filter(({ method }) => method === 'auto' || method === 'cross');
  const shared = first && (await sharedCompilation(engine, [first, ...others], look));
  const compilations: Compilation[] = [];
  for (const request of requests) {
    if (request === first && shared) compilations.push(shared);
    else if (!others.includes(request)) compilations.push(await ownCompilation(engine, request, look));
  }
  return compilations;
}

function isOwn(engine: Engine, { architecture }: BuildRequest['target']): boolean {
  return engine.architecture === architecture;
}

async function ownCompilation(engine: Engine, request: BuildRequest, look: ResolveContext): Promise<Compilation> {
  const emulated = !isOwn(engine, request.target);
  const plan = await resolvePlan(engine, request, look, { emulated });
  const target = { request, plan, method: emulated ? 'emulate' : 'native', why: ownManner(plan).why } as const;
  return { request, plan, targets: [target] };
}

async function sharedCompilation(
  engine: Engine,
  requests: readonly [BuildRequest, ...BuildRequest[]],
  look: ResolveContext,
): Promise<Compilation> {
  const request = compilerOf(engine, requests);
  for (const each of requests) if (each !== request) requireAudit(each);
  const others = requests.filter((each) => each !== request);
  const [plan, ...plans] = await resolveOfOneVersion(engine, [request, ...others], look);
  const [target, ...more] = requests.map((each): TargetPlan => {
    if (each === request) return { request, plan, method: 'native', why: ownManner(plan).why };
    const own = plans[others.indexOf(each)];
    if (own === undefined) throw new Error(`${each.target.triple} has no plan`);
    const native = isOwn(engine, each.target) ? '; native code is compiled in its own builder' : '';
    const from = `the bytecode is compiled for ${request.target.triple}${native}`;
    return { request: each, plan: own, method: 'cross', why: `the engine is ${engine.architecture}; ${from}` };
  });
  if (target === undefined) throw new Error('there is at least one target');
  const targets = [target, ...more] as const;
  targets.forEach((each) => {
    requireBase(engine, each);
    requireCompiling(each);
  });
  return { request, plan, targets };
}

/** The first request for the engine's architecture; where there is none, the first one as it would be for that. */
function compilerOf(engine: Engine, requests: readonly [BuildRequest, ...BuildRequest[]]): BuildRequest {
  const own = requests.find(({ target }) => isOwn(engine, target));
  if (own !== undefined) return own;
  const [first] = requests;
  const twin = TARGETS.find((each) => isOwn(engine, each) && each.libc === first.target.libc);
  if (twin === undefined) throw architectureMismatch(engine, first.target);
  return { ...first, ...first.ofTwin, target: twin, targetInput: twin.triple };
}

/** The audit is the proof that a release of foreign parts fits its target. */
function requireAudit({ audit, target }: BuildRequest): void {
  if (audit.mode !== 'off') return;
  throw new MixReleaseError('bad-option', {
    what: `audit is off, and the release for ${target.triple} is assembled from code that was compiled for another target`,
    next: 'Leave audit out, or set it to warn. method: native and method: emulate compile all code for the target itself.',
  });
}

/** Native code of another target is compiled, whatever was compiled before. */
function requireCompiling({ request: { target, releaseArgs }, method }: TargetPlan): void {
  if (method !== 'cross' || releaseArgs.compiles) return;
  throw new MixReleaseError('cannot-cross', {
    what: `release-args has --no-compile, and target ${target.triple} needs its own native code`,
    next: 'Leave --no-compile out, or build this target in a separate run with method: native.',
  });
}

/** The steps of a Dockerfile for another architecture cannot run here, nor can its base be known without running them. */
function requireBase(engine: Engine, { request: { target }, plan: { image, recipe } }: TargetPlan): void {
  if (isOwn(engine, target)) return;
  const name = recipe.dockerfile?.name ?? 'the Dockerfile';
  if (image !== undefined && recipe.dockerfile === undefined) return;
  if (image !== undefined) {
    throw new MixReleaseError('cannot-cross', {
      what: `${name} makes the builder image of ${target.triple}, which is for another machine than the engine's (${engine.architecture})`,
      next: `Give it to the engine's own targets alone, by a line with a pattern, and name libraries for ${target.triple} in packages; or build this target with method: emulate, or on a runner of its architecture (runs-on: ${target.runner}).`,
    });
  }
  throw new MixReleaseError('cannot-cross', {
    what: `${name} starts from its own base, so that no image has the Erlang/OTP of target ${target.triple}, and the engine is ${engine.architecture}`,
    next: `Begin ${name} with the lines "ARG BASE" and "FROM \${BASE}", build on a machine of that architecture (runs-on: ${target.runner}), or set method to emulate.`,
  });
}
