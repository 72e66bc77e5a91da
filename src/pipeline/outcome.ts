import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { toMixReleaseError } from '../errors.js';
import type { PipelineResult } from './pipeline.js';
import type { BuildOutcome, BuiltRelease } from './result.js';
import type { AnyStage, Output } from './stage.js';
import type { SummaryPart } from './summary-part.js';

/** What a run came to, from what its stages gave. */
export function outcomeOf(
  stages: readonly AnyStage[],
  { have, gave, ofReleases, error }: PipelineResult,
  diagnostics: readonly Diagnostic[],
): BuildOutcome {
  const { built } = have as { readonly built?: readonly BuiltRelease[] };
  return {
    error: error === undefined ? undefined : toMixReleaseError(error),
    releases: built ?? [],
    outputs: built ? outputsOf(stages, gave) : {},
    summaries: (built ?? []).map((_, at) => stages.flatMap((stage) => summaryOf(stage, ofReleases[at], at))),
    diagnostics,
  };
}

/** The outcome of a run that failed before its first stage. */
export function failedOutcome(thrown: unknown): BuildOutcome {
  return { error: toMixReleaseError(thrown), releases: [], outputs: {}, summaries: [], diagnostics: [] };
}

/** The outputs of all stages, in their order. One that did not run gives empty ones; several releases, several lines. */
function outputsOf(stages: readonly AnyStage[], gave: PipelineResult['gave']): Readonly<Record<string, string>> {
  const pairs = stages.flatMap(({ name, outputs = {} }) =>
    Object.entries(outputs).map(([output, { value, ofFirst = false }]: [string, Output<never>]) => {
      const given = (gave.get(name) ?? []) as readonly never[];
      return [output, (ofFirst ? given.slice(0, 1) : given).map((each) => value(each)).join('\n')] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

/** What a stage has on the summary of a release; what it gave for the whole run counts for each. */
function summaryOf(
  { name, summary }: AnyStage,
  gave: PipelineResult['ofReleases'][number] | undefined,
  at: number,
): readonly SummaryPart[] {
  const ofRelease = gave?.get(name);
  return summary && ofRelease ? [summary(ofRelease as never, at)] : [];
}
