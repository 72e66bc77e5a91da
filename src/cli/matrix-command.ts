import { readConfigFile } from '../options/file/config-file.js';
import { parseList } from '../options/parse.js';
import { groupedMatrixOf, matrixOf } from '../targets/matrix.js';

/** The targets that were named; without any, those of the mix-release.toml in a directory; without one, none. */
export async function matrixTargets(named: readonly string[], directory: string): Promise<readonly string[]> {
  if (parseList(named).length > 0) return named;
  return parseList((await readConfigFile('.', { checkout: directory, cwd: directory }))?.options.target);
}

/**
 * What `strategy.matrix` of a workflow takes, as one line of JSON. Ends with a line end.
 *
 * @param grouped - whether it has as few rows as build all targets, and not one for each
 * @throws MixReleaseError for a target that is not known
 */
export function matrixText(targets: readonly string[], grouped: boolean): string {
  const names = parseList(targets);
  return `${JSON.stringify(grouped ? groupedMatrixOf(names) : matrixOf(names))}\n`;
}
