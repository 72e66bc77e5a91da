/** Hides secrets in text. */
export type Redact = (text: string) => string;

const HIDDEN = '***';

/**
 * Hides texts wherever they are printed: each line of a text, as it is and as it is written in an address.
 *
 * @param secrets - what may not be seen; one that is nothing but white space hides nothing
 */
export function redactor(secrets: readonly string[]): Redact {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).map((line) => line.trim());
  const forms = lines.filter((line) => line !== '').flatMap((line) => [line, encodeURIComponent(line)]);
  // What holds another one comes first, so that nothing of it is left.
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => sorted.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text);
}
