import type { Patch } from '../rig/build.js';

/** A feature broken on purpose: the entry that has to fail when a file of a fixture is changed. */
export interface Mutation {
  readonly entry: string;
  /** What is broken, in a few words. */
  readonly broken: string;
  /** Fixture that is changed, after the changes of the entry's own. */
  readonly fixture: string;
  readonly patch: Patch;
}

/** A change: the entry, what is broken, the file, what is in it, and what comes instead. */
export type Change = readonly [entry: string, broken: string, file: string, from: string, to: string];

/** Mutations of one fixture. */
export function mutationsOf(fixture: string, changes: readonly Change[]): readonly Mutation[] {
  return changes.map(([entry, broken, file, from, to]) => ({ entry, broken, fixture, patch: { file, from, to } }));
}
