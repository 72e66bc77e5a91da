import { findTarget } from './find.js';
import { TARGETS } from './table.js';

/** One job of a workflow's matrix. */
export interface MatrixRow {
  /** Target triple. */
  readonly target: string;
  /** Label of the GitHub-hosted runner whose own architecture is the target's. */
  readonly runner: string;
  /** Platform as engines name it: `os/architecture`. */
  readonly platform: string;
}

/** What `strategy.matrix` takes. */
export interface Matrix {
  readonly include: readonly MatrixRow[];
}

/**
 * One row per target, in the order given; a target that is named twice, even by an alias, has one row.
 *
 * @param names - triples or aliases; none for every known target
 * @throws MixReleaseError what `findTarget` throws
 */
export function matrixOf(names: readonly string[]): Matrix {
  const targets = names.length === 0 ? TARGETS : [...new Set(names.map(findTarget))];
  return { include: targets.map(({ triple, runner, platform }) => ({ target: triple, runner, platform })) };
}
