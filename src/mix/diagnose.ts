import type { Redact } from '../access/redact.js';
import { mergeDiagnostics } from '../diagnostics/merge.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { readApplications, readDiagnostics } from '../diagnostics/mix.js';
import type { OutputReader } from '../diagnostics/output.js';
import { SOURCES } from '../builder/layout.js';

/**
 * What compilers found in the repository's own files, from what our tasks said and what was printed.
 *
 * @param redact - for what our tasks said: it came in Base64, in which nobody finds a secret
 */
export function diagnosticsOf(
  facts: ReadonlyMap<string, string>,
  output: OutputReader,
  { cwd, paths }: { readonly cwd: string; readonly paths: readonly string[] },
  redact: Redact,
): readonly Diagnostic[] {
  const said = facts.get('diagnostics');
  const applications = readApplications(facts.get('applications') ?? '');
  const checkout = { root: SOURCES, cwd, paths: new Set(paths), applications };
  return mergeDiagnostics(said === undefined ? undefined : readDiagnostics(redact(said)), output.found, checkout);
}
