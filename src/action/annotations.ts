import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { MixReleaseError } from '../errors.js';
import { troubleshootingLink } from '../summary/link.js';
import { logError, logFailure, logInfo, logWarning } from './log.js';

/** A runner shows no more than ten errors and ten warnings of a step. */
const SHOWN = 10;
const MESSAGE_LENGTH = 2000;

/**
 * Annotations of what compilers found, the first of them, and a line that counts the rest.
 *
 * @param diagnostics - the most important first, files relative to the repository
 * @param failed - whether the run's own error comes, too, and is to be among those that are shown
 */
export function annotate(diagnostics: readonly Diagnostic[], failed: boolean): void {
  const shown = diagnostics.slice(0, failed ? SHOWN - 1 : SHOWN);
  for (const { severity, file, line, column, message } of shown) {
    const properties = {
      file,
      ...(line > 0 && { startLine: line }),
      ...(column > 0 && { startColumn: column }),
    };
    const print = severity === 'error' ? logError : logWarning;
    print(message.slice(0, MESSAGE_LENGTH), properties);
  }
  const rest = diagnostics.slice(shown.length);
  if (rest.length > 0) logInfo(`not annotated: ${counted(rest)}, see the stage compile`);
}

/** Such as `1 error, 3 warnings`. */
function counted(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [
    [errors, 'error'],
    [warnings, 'warning'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${String(count)} ${what}${count === 1 ? '' : 's'}`)
    .join(', ');
}

/** The one annotation of a failed run: what happened, its code, what to do next, and where to read on. */
export function annotateFailure(error: MixReleaseError, env: Readonly<Record<string, string | undefined>>): void {
  logFailure(`${error.message} (${error.code})\n${error.next}\n${helpOn(error, env)}`);
}

function helpOn({ code }: MixReleaseError, env: Readonly<Record<string, string | undefined>>): string {
  return `See ${troubleshootingLink(code, env) ?? `docs/troubleshooting.md#${code} of mix-release-action.`}`;
}
