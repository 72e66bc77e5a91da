import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { MixReleaseError } from '../errors.js';
import { troubleshootingLink } from '../summary/link.js';
import { logError, logFailure, logInfo, logWarning } from './log.js';

/** A runner shows no more than ten errors and ten warnings of a step. */
const MAX_ANNOTATIONS = 10;
const MAX_MESSAGE = 2000;

/**
 * Prints annotations for the first diagnostics, and a line that counts the rest.
 *
 * @param diagnostics - the most important first, files relative to the repository
 * @param failed - whether the run's own error follows, for which one annotation must remain
 */
export function annotate(diagnostics: readonly Diagnostic[], failed: boolean): void {
  const shown = diagnostics.slice(0, failed ? MAX_ANNOTATIONS - 1 : MAX_ANNOTATIONS);
  for (const { severity, file, line, column, message } of shown) {
    const properties = {
      file,
      ...(line > 0 && { startLine: line }),
      ...(column > 0 && { startColumn: column }),
    };
    const print = severity === 'error' ? logError : logWarning;
    print(message.slice(0, MAX_MESSAGE), properties);
  }
  const rest = diagnostics.slice(shown.length);
  if (rest.length > 0) logInfo(`not annotated: ${countText(rest)}, see the stage compile`);
}

/** Such as `1 error, 3 warnings`. */
function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [
    [errors, 'error'],
    [warnings, 'warning'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`)
    .join(', ');
}

/** The annotation of a failed run: what happened, its code, what to do next, and a link to the documentation. */
export function annotateFailure(error: MixReleaseError, env: Readonly<Record<string, string | undefined>>): void {
  logFailure(`${error.message} (${error.code})\n${error.next}\n${helpText(error, env)}`);
}

function helpText({ code }: MixReleaseError, env: Readonly<Record<string, string | undefined>>): string {
  return `See ${troubleshootingLink(code, env) ?? `docs/troubleshooting.md#${code} of mix-release-action.`}`;
}
