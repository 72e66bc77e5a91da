import type { OpenRun, Run } from './run.js';
import type { AnyStage, OptionalStage, Stage } from './stage.js';

/** Work between two stages that has no name in the log. */
export type Step<Needs extends object> = (have: Needs, run: Run) => void;

type Part =
  | { readonly kind: 'stage'; readonly stage: AnyStage }
  | { readonly kind: 'each-release'; readonly stages: readonly AnyStage[] }
  | { readonly kind: 'step'; readonly step: Step<never> };

/** What a list of stages came to, as far as it came. */
export interface PipelineResult {
  /** What the stages for the whole run gave, in one object. */
  readonly have: object;
  /** What the stages gave for each release. */
  readonly releases: readonly object[];
  /** By the name of a stage, what it gave: once, or once for each release. */
  readonly gave: ReadonlyMap<string, readonly object[]>;
  /** What the run ended with; undefined where it came to its end. */
  readonly error: unknown;
}

/**
 * A list of stages, in order.
 *
 * @typeParam Have - what the stages so far give
 * @typeParam Each - what they give for each release
 * @typeParam Names - the names of the stages, as a union
 */
export interface Pipeline<Have extends object, Each extends object, Names extends string> {
  readonly stages: readonly (AnyStage & { readonly name: Names })[];
  stage<Name extends string, Gives extends object>(
    stage: Stage<Name, Have & { readonly releases: readonly Each[] }, Gives>,
  ): Pipeline<Have & Gives, Each, Names | Name>;
  optional<Name extends string, Gives extends object>(
    stage: OptionalStage<Name, Have & { readonly releases: readonly Each[] }, Gives>,
  ): Pipeline<Have & Partial<Gives>, Each, Names | Name>;
  /** Two stages that run for one release after the other. */
  eachRelease<A extends string, GivesA extends object, B extends string, GivesB extends object>(
    first: Stage<A, Have & Each, GivesA>,
    second: Stage<B, Have & Each & GivesA, GivesB>,
  ): Pipeline<Have, Each & GivesA & GivesB, Names | A | B>;
  optionalEachRelease<Name extends string, Gives extends object>(
    stage: OptionalStage<Name, Have & Each, Gives>,
  ): Pipeline<Have, Each & Partial<Gives>, Names | Name>;
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
    stages: parts.flatMap((part) => stagesOf(part)) as (AnyStage & { readonly name: Names })[],
    stage: (stage) => and({ kind: 'stage', stage }),
    optional: (stage) => and({ kind: 'stage', stage }),
    eachRelease: (...stages) => and({ kind: 'each-release', stages }),
    optionalEachRelease: (stage) => and({ kind: 'each-release', stages: [stage] }),
    step: (step) => and({ kind: 'step', step }),
    run: (start, releases, open) => runParts(parts, start, releases, open),
  };
}

function stagesOf(part: Part): readonly AnyStage[] {
  if (part.kind === 'step') return [];
  return part.kind === 'stage' ? [part.stage] : part.stages;
}

async function runParts(
  parts: readonly Part[],
  start: object,
  names: readonly object[],
  open: OpenRun,
): Promise<PipelineResult> {
  let have = start;
  const releases = [...names];
  const gave = new Map<string, object[]>();
  const runOne = async (stage: AnyStage, needs: object): Promise<object> => {
    const given = await runStage(stage, needs, open);
    if (given === SKIPPED) return {};
    gave.set(stage.name, [...(gave.get(stage.name) ?? []), given]);
    return given;
  };
  try {
    for (const part of parts) {
      if (part.kind === 'step') {
        part.step({ ...have, releases } as never, open.run);
      } else if (part.kind === 'stage') {
        have = { ...have, ...(await runOne(part.stage, { ...have, releases })) };
      } else {
        for (const [at, release] of [...releases].entries()) {
          let so = release;
          for (const stage of part.stages) so = { ...so, ...(await runOne(stage, { ...have, ...so })) };
          releases[at] = so;
        }
      }
    }
    return { have, releases, gave, error: undefined };
  } catch (error) {
    return { have, releases, gave, error };
  }
}

/** What a stage that was left out gave. */
const SKIPPED: object = {};

/**
 * Runs one stage: whether it is skipped, its times, its place in the log, a cancel, and what a failure means are decided
 * here for every stage.
 */
async function runStage(stage: AnyStage, have: object, open: OpenRun): Promise<object> {
  const { run, reporter, seconds } = open;
  const { name } = stage;
  if (hasToStop(run)) throw open.stopError(name, run.signal.reason);
  const reason = stage.skip?.(have as never, run);
  if (reason !== undefined) {
    reporter.stageSkipped(name, reason);
    return SKIPPED;
  }
  const started = performance.now();
  const took = (): number => (performance.now() - started) / 1000;
  reporter.stageStarted(name);
  try {
    const work = stage.run(have as never, run);
    // A stage that is not waited for any more is waited for when the run ends.
    run.background.adopt(work);
    const gave = await Promise.race([work, open.stopped]);
    if (hasToStop(run)) throw open.stopError(name, run.signal.reason);
    seconds[name] = (seconds[name] ?? 0) + took();
    reporter.stageEnded(name, took(), stage.outcome?.(gave as never) ?? '');
    stage.notes?.(gave as never).forEach((text) => run.log.note(text));
    return gave;
  } catch (error) {
    reporter.stageEnded(name, took(), undefined);
    throw hasToStop(run) ? open.stopError(name, error) : error;
  }
}

/** A function, because the answer changes while a stage runs. */
function hasToStop({ signal }: Run): boolean {
  return signal.aborted;
}
