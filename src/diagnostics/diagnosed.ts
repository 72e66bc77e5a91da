import type { Diagnostic, PrintedDiagnostic } from './diagnostic.js';
import { placed, type Checkout } from './places.js';

/**
 * What compilers found in the repository's own files: errors first, then by file and line, each once.
 *
 * @param reported - Mix's own diagnostics; undefined where it did not come to give them. Then what was printed of Elixir and
 *   Erlang counts, although output and errors come by two streams, so that it may be taken for another application's.
 * @param printed - what was read from the output
 */
export function diagnosed(
  reported: readonly Diagnostic[] | undefined,
  printed: readonly PrintedDiagnostic[],
  checkout: Checkout,
): readonly Diagnostic[] {
  const read = reported ? printed.filter(({ language }) => language === 'c') : printed;
  const all = [...(reported ?? []), ...read].flatMap((each) => placed(each, checkout) ?? []);
  const once = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...once.values()].sort(byImportance);
}

function byImportance(one: Diagnostic, other: Diagnostic): number {
  if (one.severity !== other.severity) return one.severity === 'error' ? -1 : 1;
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
