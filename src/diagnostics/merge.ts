import type { Diagnostic, PrintedDiagnostic } from './diagnostic.js';
import { locate, type Checkout } from './locate.js';

/**
 * The compilers' diagnostics for the repository's own files: errors first, then by file and line, each once.
 *
 * @param reported - Mix's own diagnostics; undefined where Mix ended before it returned them. Then the printed ones of
 *   Elixir and
 *   Erlang are used, although output and errors come in two streams, so that one may be attributed to another application.
 * @param printed - the diagnostics that were read from the output
 */
export function mergeDiagnostics(
  reported: readonly Diagnostic[] | undefined,
  printed: readonly PrintedDiagnostic[],
  checkout: Checkout,
): readonly Diagnostic[] {
  const read = reported ? printed.filter(({ language }) => language === 'c') : printed;
  const all = [...(reported ?? []), ...read].flatMap((each) => locate(each, checkout) ?? []);
  const once = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...once.values()].sort(byImportance);
}

function byImportance(one: Diagnostic, other: Diagnostic): number {
  if (one.severity !== other.severity) return one.severity === 'error' ? -1 : 1;
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
