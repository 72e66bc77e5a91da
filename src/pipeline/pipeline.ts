import { MixReleaseError } from '../errors.js';
import type { BuildRequest } from '../options/request.js';
import { failureOf, type TargetFailure } from './target-failures.js';
import type { OpenRun, Run } from './run.js';
import { NOT_HERE, type AnyStage, type OptionalStage, type Stage } from './stage.js';

/** Work between two stages that has no name in the log. */
export type Step<Needs extends object> = (have: Needs, run: Run) => void;

type Part =
  | { readonly kind: 'stage'; readonly stage: AnyStage }
  | { readonly kind: 'each-release'; readonly stages: readonly AnyStage[] }
  | {
      readonly kind: 'each-compilation';
      readonly parts: readonly Part[];
      readonly list: (have: never) => readonly Share[];
    }
  | { readonly kind: 'step'; readonly step: Step<never> };

/** One of several runs through the same stages, for a part of the targets. */
export interface Share {
  /** What its stages begin with, besides what there is already. */
  readonly start: object;
  readonly request: BuildRequest;
  /** What there is of each of its releases; those of a target stand together. */
  readonly releases: readonly OfTarget[];
}

/** What the runner has to know of a release. */
export interface OfTarget {
  readonly of: { readonly request: BuildRequest };
}

/** What a list of stages came to, as far as it came. */
export interface PipelineResult {
  /** What the stages for the whole run gave, in one object. */
  readonly have: object;
  /** What there is of each release. */
  readonly releases: readonly object[];
  /** By the name of a stage, what it gave: once, once for each compilation, or once for each release. */
  readonly gave: Gave;
  /** For each release, by the name of a stage, what it gave for it, or for all. */
  readonly ofReleases: readonly ReadonlyMap<string, object>[];
  /** What the run ended with; undefined where it came to its end. */
  readonly error: unknown;
}

type Gave = ReadonlyMap<string, readonly object[]>;

/**
 * A list of stages, in order.
 *
 * @typeParam Have - what the stages so far give
 * @typeParam Each - what they give for each release
 * @typeParam Names - the names of the stages, as a union
 */
export interface Pipeline<Have extends object, Each extends object, Names extends string> {
  readonly parts: readonly Part[];
  readonly stages: readonly (AnyStage & { readonly name: Names })[];
  stage<Name extends string, Gives extends object>(
    stage: Stage<Name, Have & { readonly releases: readonly Each[] }, Gives>,
  ): Pipeline<Have & Gives, Each, Names | Name>;
  optional<Name extends string, Gives extends object>(
    stage: OptionalStage<Name, Have & { readonly releases: readonly Each[] }, Gives>,
  ): Pipeline<Have & Partial<Gives>, Each, Names | Name>;
  /** Two stages that run for one release after the other, after one that some releases have no use for. */
  eachRelease<A extends string, GivesA extends object, B extends string, GivesB extends object>(
    first: Stage<A, Have & Each, GivesA>,
    second: Stage<B, Have & Each & GivesA, GivesB>,
  ): Pipeline<Have, Each & GivesA & GivesB, Names | A | B>;
  eachRelease<
    A extends string,
    GivesA extends object,
    B extends string,
    GivesB extends object,
    C extends string,
    GivesC extends object,
  >(
    first: OptionalStage<A, Have & Each, GivesA>,
    second: Stage<B, Have & Each & Partial<GivesA>, GivesB>,
    third: Stage<C, Have & Each & GivesB, GivesC>,
  ): Pipeline<Have, Each & Partial<GivesA> & GivesB & GivesC, Names | A | B | C>;
  optionalEachRelease<Name extends string, Gives extends object>(
    stage: OptionalStage<Name, Have & Each, Gives>,
  ): Pipeline<Have, Each & Partial<Gives>, Names | Name>;
  /** Goes through the stages of another list for each of several shares; its releases are then those of all. */
  eachCompilation<Inner extends object, InnerEach extends object, More extends string>(
    list: (have: Have) => readonly Share[],
    stages: Pipeline<Inner, InnerEach, More>,
  ): Pipeline<Have, Inner & InnerEach, Names | More>;
  /** Does something between two stages. */
  step(step: Step<Have & { readonly releases: readonly Each[] }>): Pipeline<Have, Each, Names>;
  /** Runs the stages until one fails. Never throws: the error is part of the result. */
  run(start: object, releases: readonly object[], open: OpenRun): Promise<PipelineResult>;
}

/** An empty list. `Start` is what there is before the first stage, `Each` what there is of each release. */
export function pipeline<Start extends object, Each extends object>(): Pipeline<Start, Each, never> {
  return listOf<Start, Each, never>([]);
}

function listOf<Have extends object, Each extends object, Names extends string>(
  parts: readonly Part[],
): Pipeline<Have, Each, Names> {
  const and = <H extends object, E extends object, N extends string>(part: Part): Pipeline<H, E, N> =>
    listOf<H, E, N>([...parts, part]);
  return {
    parts,
    stages: parts.flatMap((part) => stagesOf(part)) as (AnyStage & { readonly name: Names })[],
    stage: (stage) => and({ kind: 'stage', stage }),
    optional: (stage) => and({ kind: 'stage', stage }),
    eachRelease: (...stages: readonly AnyStage[]) => and<Have, never, never>({ kind: 'each-release', stages }),
    optionalEachRelease: (stage) => and({ kind: 'each-release', stages: [stage] }),
    eachCompilation: (list, { parts: inner }) => and({ kind: 'each-compilation', parts: inner, list }),
    step: (step) => and({ kind: 'step', step }),
    run: (start, releases, open) => runParts(parts, start, releases, open),
  };
}

function stagesOf(part: Part): readonly AnyStage[] {
  switch (part.kind) {
    case 'step':
      return [];
    case 'stage':
      return [part.stage];
    case 'each-release':
      return part.stages;
    case 'each-compilation':
      return part.parts.flatMap((each) => stagesOf(each));
  }
}

/** What there is of a release. */
interface Item {
  readonly of?: OfTarget['of'];
  readonly have: object;
  readonly gave: ReadonlyMap<string, object>;
}

/** What runs of stages have come to. */
interface Progress {
  readonly have: object;
  readonly items: readonly Item[];
  /** What stages gave for all releases alike. */
  readonly shared: ReadonlyMap<string, object>;
}

async function runParts(
  parts: readonly Part[],
  start: object,
  names: readonly object[],
  open: OpenRun,
): Promise<PipelineResult> {
  const gave = new Map<string, object[]>();
  let progress: Progress = {
    have: start,
    items: names.map((have) => ({ have, gave: new Map() })),
    shared: new Map(),
  };
  const result = (error: unknown): PipelineResult => {
    const { have, items, shared } = progress;
    const releases = items.map((item) => item.have);
    return { have, releases, gave, ofReleases: items.map((item) => new Map([...shared, ...item.gave])), error };
  };
  try {
    for (const part of parts) progress = await runPart(part, progress, { open, gave, failures: undefined });
    return result(undefined);
  } catch (error) {
    return result(error);
  }
}

/** What a part is run with. */
interface PartContext {
  readonly open: OpenRun;
  /** All that stages gave, which is added to. */
  readonly gave: Map<string, object[]>;
  /** Takes failures of one of several targets; undefined where the first failure ends the run. */
  readonly failures: TargetFailure[] | undefined;
}

async function runPart(part: Part, progress: Progress, context: PartContext): Promise<Progress> {
  const { have, items, shared } = progress;
  const releases = items.map((item) => item.have);
  switch (part.kind) {
    case 'step':
      part.step({ ...have, releases } as never, context.open.run);
      return progress;
    case 'stage': {
      const given = await runOne(part.stage, { ...have, releases }, context);
      if (given === undefined) return progress;
      return { ...progress, have: { ...have, ...given }, shared: new Map([...shared, [part.stage.name, given]]) };
    }
    case 'each-release':
      return { ...progress, items: await runEach(part.stages, progress, context) };
    case 'each-compilation':
      return { ...progress, items: await runShares(part, progress, context) };
  }
}

async function runOne(stage: AnyStage, needs: object, { open, gave }: PartContext): Promise<object | undefined> {
  const given = await runStage(stage, needs, open);
  if (given === SKIPPED) return undefined;
  gave.set(stage.name, [...(gave.get(stage.name) ?? []), given]);
  return given;
}

/** Runs stages for one release after the other. A target that fails goes no further, where there are others. */
async function runEach(
  stages: readonly AnyStage[],
  { have, items }: Progress,
  context: PartContext,
): Promise<readonly Item[]> {
  const done: Item[] = [];
  for (const item of items) {
    if (context.failures?.some(({ request }) => request === item.of?.request)) continue;
    try {
      let so = item;
      const forItem = { ...context, open: openForTarget(context, item.of?.request) };
      for (const stage of stages) {
        const before = stage.oncePerTarget && done.find(({ of }) => of !== undefined && of === item.of);
        const given = before ? before.gave.get(stage.name) : await runOne(stage, { ...have, ...so.have }, forItem);
        if (given) so = { ...so, have: { ...so.have, ...given }, gave: new Map([...so.gave, [stage.name, given]]) };
      }
      done.push(so);
    } catch (error) {
      keepFailure(error, item.of ? [item.of.request] : [], context);
    }
  }
  return done.filter(({ of }) => !context.failures?.some(({ request }) => request === of?.request));
}

/** Runs stages for each share of the targets; fails at the end where one target did. */
async function runShares(
  { parts, list }: Extract<Part, { readonly kind: 'each-compilation' }>,
  { have }: Progress,
  { open, gave }: PartContext,
): Promise<readonly Item[]> {
  const shares = list(have as never);
  const requests = new Set(shares.flatMap(({ releases }) => releases.map(({ of }) => of.request)));
  const failures = requests.size > 1 ? [] : undefined;
  const done: Item[] = [];
  for (const share of shares) {
    const context = { gave, failures, open: openFor(open, share.request) };
    let inner: Progress = {
      have: { ...have, ...share.start },
      items: share.releases.map((each) => ({ of: each.of, have: each, gave: new Map() })),
      shared: new Map(),
    };
    try {
      for (const part of parts) inner = await runPart(part, inner, context);
      done.push(...inner.items.map((item) => settled(item, inner)));
    } catch (error) {
      keepFailure(
        error,
        share.releases.map(({ of }) => of.request),
        context,
      );
    }
  }
  if (failures !== undefined && failures.length > 0) throw failureOf(failures, requests.size);
  return done;
}

const settled = (item: Item, { have, shared }: Progress): Item => ({
  ...item,
  have: { ...have, ...item.have },
  gave: new Map([...shared, ...item.gave]),
});

/** Takes a failure of some of several targets. What stops the run, or is nobody's, is thrown. */
function keepFailure(error: unknown, requests: readonly BuildRequest[], { failures, open }: PartContext): void {
  if (!failures || hasToStop(open.run) || !(error instanceof MixReleaseError) || requests.length === 0) throw error;
  for (const request of new Set(requests)) {
    open.reporter.warn(`${request.target.triple} failed: ${error.message}`);
    failures.push({ request, error });
  }
}

/** The same run with the request of one target. */
function openFor(open: OpenRun, request: BuildRequest | undefined): OpenRun {
  return request === undefined || request === open.run.request ? open : { ...open, run: { ...open.run, request } };
}

/** The same for a stage of one target, which the log names where there are several. */
function openForTarget({ open, failures }: PartContext, request: BuildRequest | undefined): OpenRun {
  const own = openFor(open, request);
  return failures === undefined || request === undefined ? own : { ...own, target: request.target.triple };
}

/** What a stage that was left out gave. */
const SKIPPED: object = {};

/**
 * Runs one stage: whether it is skipped, its times, its place in the log, a cancel, and what a failure means are decided
 * here for every stage.
 */
async function runStage(stage: AnyStage, have: object, open: OpenRun): Promise<object> {
  const { run, reporter, seconds, target } = open;
  const { name } = stage;
  if (hasToStop(run)) throw open.stopError(name, run.signal.reason);
  const reason = stage.skip?.(have as never, run);
  if (reason !== undefined) {
    if (reason !== NOT_HERE) reporter.stageSkipped(name, reason, target);
    return SKIPPED;
  }
  const started = performance.now();
  const took = (): number => (performance.now() - started) / 1000;
  reporter.stageStarted(name, target);
  try {
    const work = stage.run(have as never, run);
    // A stage that is not waited for any more is waited for when the run ends.
    run.background.adopt(work);
    const gave = await Promise.race([work, open.stopped]);
    if (hasToStop(run)) throw open.stopError(name, run.signal.reason);
    seconds[name] = (seconds[name] ?? 0) + took();
    reporter.stageEnded(name, took(), stage.outcome?.(gave as never) ?? '', target);
    stage.notes?.(gave as never).forEach((text) => run.log.note(text));
    return gave;
  } catch (error) {
    reporter.stageEnded(name, took(), undefined, target);
    throw hasToStop(run) ? open.stopError(name, error) : error;
  }
}

/** A function, because the answer changes while a stage runs. */
function hasToStop({ signal }: Run): boolean {
  return signal.aborted;
}
