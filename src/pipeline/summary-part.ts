/** A name and its value, as plain text that is not escaped yet. */
export type Row = readonly [name: string, value: string];

/** What a stage has on the page about a run: in each release's section. */
export interface SummaryPart {
  readonly rows: readonly Row[];
  /** Whether the rows come before those of other stages. */
  readonly first?: boolean;
  /** Rows that are folded away. */
  readonly details?: readonly Row[];
  /** Whether there is something that a person should look at. */
  readonly warned?: boolean;
}
