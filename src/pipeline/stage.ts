import type { ErrorCode } from '../errors.js';
import type { Run } from './run.js';
import type { SummaryPart } from './summary-part.js';

/** One output of the action. */
export interface Output<Gives> {
  /** One full sentence; `action.yml` and docs/outputs.md have it. */
  readonly summary: string;
  /** Whether README.md names it: one of the few that most people use. */
  readonly common?: true;
  readonly value: (gave: Gives) => string;
  /** Of a stage that runs for each release: whether only the first release's value counts. Otherwise one a line. */
  readonly ofFirst?: boolean;
}

/**
 * A stage of a build: everything about it that anything else has to know. It takes what stages before it gave, and
 * gives more. `src/pipeline/build.ts` has the list.
 */
export interface Stage<Name extends string, Needs extends object, Gives extends object> {
  /** As the log has it. */
  readonly name: Name;
  /** One or two sentences; docs/architecture.md has them. */
  readonly does: string;
  /**
   * Does the work.
   *
   * @throws MixReleaseError with one of the codes in `errors`, or one that any stage can end with (`ANY_STAGE`)
   */
  // A property, not a method: only then does the compiler check what it needs.
  readonly run: (have: Needs, run: Run) => Promise<Gives>;
  /** Of a stage that runs for each release: whether it runs for the first one of a target alone, and gives it to all. */
  readonly oncePerTarget?: true;
  /** The result in a few words, for the log. */
  readonly outcome?: (gave: Gives) => string;
  /** What a person should know of the result; lines of the log, below the stage's own. */
  readonly notes?: (gave: Gives) => readonly string[];
  /** Outputs of the action, by name. */
  readonly outputs?: Readonly<Record<string, Output<Gives>>>;
  /** `at` is the number of the release, from 0. */
  readonly summary?: (gave: Gives, at: number) => SummaryPart;
  /** The codes of errors that are this stage's own. */
  readonly errors: readonly ErrorCode[];
}

/** The reason of a stage that has nothing to do with this build: the log does not mention it. */
export const NOT_HERE = '';

/** A stage that some builds have no use for. */
export interface OptionalStage<Name extends string, Needs extends object, Gives extends object> extends Stage<
  Name,
  Needs,
  Gives
> {
  /** Why it is left out, for the log; undefined where it runs. */
  readonly skip: (have: Needs, run: Run) => string | undefined;
}

/** A stage of any kind, as the runner has it: the list has checked that what it needs is there. */
export interface AnyStage extends Pick<
  Stage<string, never, never>,
  'name' | 'does' | 'oncePerTarget' | 'outcome' | 'notes' | 'outputs' | 'summary' | 'errors'
> {
  readonly run: (have: never, run: Run) => Promise<object>;
  readonly skip?: (have: never, run: Run) => string | undefined;
}

/** Codes of errors that any stage can end with: the engine, the disk under the output, a cancel, a defect. */
export const ANY_STAGE: readonly ErrorCode[] = [
  'cancelled',
  'engine-error',
  'engine-connection-lost',
  'internal',
  'output-disk-full',
  'output-not-writable',
];
