import { parseList } from '../options/parse.js';
import { matrixOf } from '../targets/matrix.js';

/**
 * What `strategy.matrix` of a workflow takes, as one line of JSON. Ends with a line end.
 *
 * @throws MixReleaseError for a target that is not known
 */
export function matrixText(targets: readonly string[]): string {
  return `${JSON.stringify(matrixOf(parseList(targets)))}\n`;
}
