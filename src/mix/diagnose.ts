import type { Redact } from '../access/redact.js';
import { mergeDiagnostics } from '../diagnostics/merge.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { readApplications, readDiagnostics } from '../diagnostics/mix.js';
import type { OutputReader } from '../diagnostics/output.js';
import { SOURCES } from '../builder/layout.js';

/**
 * The compilers' diagnostics for the repository's own files, from our tasks' messages and from the output.
 *
 * @param redact - for our tasks' messages: they were Base64, in which secrets could not be found
 */
export function diagnosticsOf(
  facts: ReadonlyMap<string, string>,
  output: OutputReader,
  { cwd, paths }: { readonly cwd: string; readonly paths: readonly string[] },
  redact: Redact,
): readonly Diagnostic[] {
  const reported = facts.get('diagnostics');
  const applications = readApplications(facts.get('applications') ?? '');
  const checkout = { root: SOURCES, cwd, paths: new Set(paths), applications };
  return mergeDiagnostics(
    reported === undefined ? undefined : readDiagnostics(redact(reported)),
    output.found,
    checkout,
  );
}
