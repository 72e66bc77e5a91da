import { inspect } from 'node:util';

/** What was seen instead of what should have been. The message is one line. */
export class Seen extends Error {
  override readonly name = 'Seen';
}

/** A build that an entry needs did not succeed. */
export class BuildFailed extends Seen {}

const LONGEST = 400;

/** Text on one line, cut in the middle where it is long. */
export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ');
  if (line.length <= LONGEST) return line;
  return `${line.slice(0, LONGEST / 2)} … ${line.slice(-LONGEST / 2)}`;
}

function show(value: unknown): string {
  return oneLine(typeof value === 'string' ? JSON.stringify(value) : inspect(value, { breakLength: Infinity }));
}

/** Two values are the same, compared as JSON. */
export function equal<T>(seen: T, wanted: NoInfer<T>, what: string): void {
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
    throw new Seen(`${what}: ${show(seen)} instead of ${show(wanted)}`);
  }
}

/** A text holds another one, or matches. */
export function contains(text: string, wanted: string | RegExp, what: string): void {
  const found = typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
  if (!found) throw new Seen(`${what}: no ${show(String(wanted))} in ${show(text)}`);
}

/** A text does not hold another one, and does not match. */
export function lacks(text: string, unwanted: string | RegExp, what: string): void {
  const found = typeof unwanted === 'string' ? text.includes(unwanted) : unwanted.test(text);
  if (found) throw new Seen(`${what}: ${show(String(unwanted))} in ${show(text)}`);
}

/** Something is so. */
export function truth(holds: boolean, otherwise: string): void {
  if (!holds) throw new Seen(otherwise);
}
