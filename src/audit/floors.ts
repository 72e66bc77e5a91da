import type { SymbolFloor } from './report.js';
import { compareDotted } from '../dotted-numbers.js';

/** The symbol versions of the C++ and GCC libraries on systems with a glibc. */
export interface FloorRow {
  readonly glibc: string;
  readonly glibcxx: string;
  readonly cxxabi: string;
  /** By machine, because these versions differ. */
  readonly gcc: Readonly<Record<string, string>>;
}

/**
 * For each glibc the highest versions that the systems with it have in `libstdc++.so.6` and `libgcc_s.so.1`, by
 * ascending glibc. A glibc between two rows takes the lower row.
 *
 * Sources:
 *
 * - up to 2.41: `manylinux-policy.json` of pypa/auditwheel (86154d1), which is read from images of the systems. Where
 *   systems of one glibc differ, it has the lowest
 * - 2.43: the libraries in Debian forky; for aarch64's GCC, the row of 2.41
 *
 * A test compares the rows of Debian bullseye, bookworm, trixie and forky with these libraries in their images.
 */
export const FLOOR_ROWS: readonly FloorRow[] = [
  row('2.5', '3.4.8', '1.3.1', '4.2.0', '4.2.0'),
  row('2.12', '3.4.13', '1.3.3', '4.3.0', '4.3.0'),
  row('2.17', '3.4.19', '1.3.7', '4.8.0', '4.7.0'),
  row('2.24', '3.4.22', '1.3.10', '4.8.0', '4.7.0'),
  row('2.27', '3.4.24', '1.3.11', '7.0.0', '7.0.0'),
  row('2.31', '3.4.28', '1.3.12', '7.0.0', '7.0.0'),
  row('2.34', '3.4.29', '1.3.13', '7.0.0', '11.0'),
  row('2.35', '3.4.30', '1.3.13', '12.0.0', '11.0'),
  row('2.39', '3.4.33', '1.3.15', '14.0.0', '14.0.0'),
  row('2.43', '3.4.36', '1.3.17', '14.0.0', '14.0.0'),
];

function row(glibc: string, glibcxx: string, cxxabi: string, x86: string, arm: string): FloorRow {
  return { glibc, glibcxx, cxxabi, gcc: { x86_64: x86, aarch64: arm } };
}

/**
 * The highest versions that a release may need when glibc is at most `glibc`, by family; no limit where it is
 * undefined, and no limit for other families where no system of that glibc is known.
 */
export function allowedFloor(glibc: string | undefined, machine: string): SymbolFloor {
  if (glibc === undefined) return {};
  const found = FLOOR_ROWS.findLast((each) => compareDotted(each.glibc, glibc) <= 0);
  if (!found) return { glibc };
  const gcc = found.gcc[machine];
  return { glibc, glibcxx: found.glibcxx, cxxabi: found.cxxabi, ...(gcc === undefined ? {} : { gcc }) };
}
