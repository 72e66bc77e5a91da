/** Hides secrets in text. */
export type Redact = (text: string) => string;

const HIDDEN = '***';

/**
 * Hides secrets in output: each line of a secret, plain and URL-encoded.
 *
 * @param secrets - texts to hide; one of only white space hides nothing
 */
export function redactor(secrets: readonly string[]): Redact {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).map((line) => line.trim());
  const forms = lines.filter((line) => line !== '').flatMap((line) => [line, encodeURIComponent(line)]);
  // A secret that contains another one comes first, so that no part of it is left.
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => sorted.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text);
}
