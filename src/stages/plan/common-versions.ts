import type { Engine } from '../../engine/engine.js';
import { MixReleaseError } from '../../errors.js';
import type { BuildRequest } from '../../options/request.js';
import type { VersionConstraint } from '../../registry/choose.js';
import { parseTag } from '../../registry/hexpm-tags.js';
import type { ChosenImage, Narrowing, ResolveContext } from './choose-image.js';
import { resolvePlan, type BuildPlan } from './plan.js';

/** An Elixir and an OTP, both exact. */
interface Pair {
  readonly elixir: string;
  readonly otp: string;
}

/** Several, so that nothing is asked for ever where what is published changes meanwhile. */
const MOST_STEPS = 30;

/**
 * The plans of requests whose releases have the same bytecode: that of the first, and those of the others with its exact
 * Elixir and OTP. Where one of them has no image with these, the newest pair is taken that all of them have. What an image
 * that was named has, only its probe can tell: such a one is left as it is.
 *
 * @throws MixReleaseError `cannot-cross` where no pair is there for all, or what `resolvePlan` throws
 */
export async function resolveOfOneVersion(
  engine: Engine,
  requests: readonly [BuildRequest, ...BuildRequest[]],
  look: ResolveContext,
): Promise<readonly [BuildPlan, ...BuildPlan[]]> {
  const [first, ...others] = requests;
  const planOf = (request: BuildRequest, narrow?: Narrowing): Promise<BuildPlan> =>
    resolvePlan(engine, request, look, { emulated: false, ...(narrow && { narrow }) });
  let lead: BuildPlan | undefined = await planOf(first);
  for (let step = 0; lead && step < MOST_STEPS; step += 1) {
    const found: Found = await othersWith(pairOf(lead), others, planOf);
    if ('plans' in found) return [lead, ...found.plans];
    lead = found.best && (await firstOf(first, atMost(found.best), planOf));
  }
  throw noneForAll(await Promise.all(requests.map(async (request) => [request, await planOf(request)] as const)));
}

type PlanOf = (request: BuildRequest, narrow?: Narrowing) => Promise<BuildPlan>;

/** The plans of all; or the best pair, below one that not all have, of one that lacks it. */
type Found = { readonly plans: readonly BuildPlan[] } | { readonly best: Pair | undefined };

async function othersWith(wanted: Pair | undefined, requests: readonly BuildRequest[], planOf: PlanOf): Promise<Found> {
  let pair = wanted;
  const plans: BuildPlan[] = [];
  for (const request of requests) {
    const plan: BuildPlan | undefined = pair ? await firstOf(request, [exactly(pair)], planOf) : await planOf(request);
    if (plan === undefined) {
      const next = pair && (await firstOf(request, atMost(pair), planOf));
      return { best: next && pairOf(next) };
    }
    plans.push(plan);
    pair ??= pairOf(plan);
  }
  return { plans };
}

/** The plan of the first query that any image matches. */
async function firstOf(
  request: BuildRequest,
  narrowings: readonly Narrowing[],
  planOf: PlanOf,
): Promise<BuildPlan | undefined> {
  for (const narrow of narrowings) {
    try {
      return await planOf(request, narrow);
    } catch (error) {
      const isNone = error instanceof MixReleaseError && ['no-such-image', 'image-not-found'].includes(error.code);
      if (!isNone) throw error;
    }
  }
  return undefined;
}

/** The versions of an image, where they are known before it is probed. */
function pairOf({ image }: BuildPlan): Pair | undefined {
  return image && versionsOf(image);
}

function versionsOf({ source, wanted: { reference, own } }: ChosenImage): Pair | undefined {
  if (own) return { elixir: own.parts.elixir.version, otp: own.parts.otp.version };
  // What a user names may have any tag, and that of an official image tells too little.
  if (source !== 'engine' && source !== 'published') return undefined;
  const { elixir, otp } = parseTag(reference.slice(reference.lastIndexOf(':') + 1)) ?? {};
  return elixir === undefined || otp === undefined ? undefined : { elixir, otp };
}

const only = ({ matches }: VersionConstraint, version: string): VersionConstraint => ({
  requested: version,
  prefix: version,
  matches: (text) => text === version && matches(text),
});

const limited = (constraint: VersionConstraint, isLow: (version: string) => boolean): VersionConstraint => ({
  ...constraint,
  matches: (text) => constraint.matches(text) && isLow(text),
});

function exactly(pair: Pair): Narrowing {
  return (planned) => ({
    ...planned,
    imageQuery: {
      ...planned.imageQuery,
      elixir: only(planned.imageQuery.elixir, pair.elixir),
      otp: only(planned.imageQuery.otp, pair.otp),
    },
  });
}

/** Queries for a pair and those below it, in the order in which pairs are preferred: by Elixir, then by OTP. */
function atMost(pair: Pair): readonly Narrowing[] {
  return [
    (planned) => ({
      ...planned,
      imageQuery: {
        ...planned.imageQuery,
        elixir: only(planned.imageQuery.elixir, pair.elixir),
        otp: limited(planned.imageQuery.otp, (otp) => planned.order.otp(otp, pair.otp) <= 0),
      },
    }),
    (planned) => ({
      ...planned,
      imageQuery: {
        ...planned.imageQuery,
        elixir: limited(planned.imageQuery.elixir, (elixir) => planned.order.elixir(elixir, pair.elixir) < 0),
      },
    }),
  ];
}

function noneForAll(plans: readonly (readonly [BuildRequest, BuildPlan])[]): MixReleaseError {
  const each = plans.map(([{ target }, plan]) => {
    const pair = pairOf(plan);
    const system = plan.image?.system?.replace(/[, ].*$/, '') ?? 'its system';
    return `${target.triple} on ${system} has ${pair ? `Elixir ${pair.elixir} with OTP ${pair.otp}` : 'others'} at best`;
  });
  return new MixReleaseError('cannot-cross', {
    what: `no pair of Elixir and Erlang/OTP has an image for all targets: ${each.join('; ')}`,
    next: 'Ask for versions that all of them have (elixir-version, otp-version), choose another os for some (os: "*-musl => alpine:3.22"), or build each by itself with method: native on a machine of its architecture.',
  });
}
