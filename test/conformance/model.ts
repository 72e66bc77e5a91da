import type { Scene } from './rig/scene.js';
import { isAtLeast, type Platform } from './platforms.js';

/** One feature of `mix release`, and how it is seen in a release that the product built. */
export interface Entry {
  /** Lowercase words with hyphens; unique. */
  readonly id: string;
  /** A few words, for the line that is printed and for the table. */
  readonly feature: string;
  /** What the documentation promises, in our words. */
  readonly says: string;
  /** Directory below `fixtures/`. */
  readonly fixture: string;
  /** Releases of the fixture that the check looks at. They are built together with those of other entries. */
  readonly needs?: readonly string[];
  /** The first Elixir that has the feature, such as `1.14`; left out where 1.10 has it. */
  readonly since?: string;
  /** What another Elixir does differently, where the check follows it. */
  readonly differs?: string;
  /** Whether the entry belongs to the smaller run for the platforms that are not tested in full. */
  readonly core?: true;
  /** Throws `Seen` with what was seen instead. */
  readonly check: (scene: Scene) => Promise<void>;
}

/** Entries of one theme. */
export interface Theme {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Whether the Elixir of a platform has what an entry is about. */
export function isAvailable({ since }: Entry, { elixir }: Platform): boolean {
  return since === undefined || isAtLeast(elixir, since);
}
