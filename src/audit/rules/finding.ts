import type { Finding } from '../report.js';

/** A finding that fails the audit. */
export function error(code: string, file: string | undefined, message: string, next: string): Finding {
  return { code, severity: 'error', file, message, next };
}

/** A finding that does not. */
export function warning(code: string, file: string | undefined, message: string, next: string): Finding {
  return { code, severity: 'warning', file, message, next };
}
