import { findTarget } from './find.js';
import { TARGETS, type Target } from './table.js';

/** One job of a workflow's matrix. */
export interface MatrixRow {
  /** Target triple; of a group, the triples of its targets, one a line. */
  readonly target: string;
  /** Label of the GitHub-hosted runner whose own architecture is that of the target, of a group that of the first. */
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
  return { include: targetsOf(names).map(({ triple, runner, platform }) => ({ target: triple, runner, platform })) };
}

/**
 * As few rows as build all targets, on the runner of the first: one, because a machine of either architecture assembles
 * releases for the other (method: cross).
 *
 * @param names - as for `matrixOf`
 * @throws MixReleaseError what `findTarget` throws
 */
export function groupedMatrixOf(names: readonly string[]): Matrix {
  const targets = targetsOf(names);
  const target = targets.map(({ triple }) => triple).join('\n');
  return { include: targets.slice(0, 1).map(({ runner, platform }) => ({ target, runner, platform })) };
}

function targetsOf(names: readonly string[]): readonly Target[] {
  return names.length === 0 ? TARGETS : [...new Set(names.map(findTarget))];
}
