import { closest, distance } from 'fastest-levenshtein';
import { MixReleaseError } from '../errors.js';
import { TARGETS, type Target } from './table.js';

/**
 * The target of a triple.
 *
 * @throws MixReleaseError `unsupported-target` for a system whose releases only its own machines can make,
 *   `unknown-target` for everything else that is not in the table; the latter lists the known triples and the nearest.
 */
export function findTarget(triple: string): Target {
  const found = TARGETS.find((target) => target.triple === triple);
  if (found) return found;
  if (/darwin|macos|windows|mingw|msvc/i.test(triple)) {
    throw new MixReleaseError('unsupported-target', {
      what: `target '${triple}' cannot be built in a Linux container`,
      next: 'Run `mix release` itself on a native runner (macos-15, windows-2025) with erlef/setup-beam.',
    });
  }
  const known = TARGETS.map((target) => target.triple);
  throw new MixReleaseError('unknown-target', {
    what: `unknown target '${triple}'`,
    next: `Known targets: ${known.join(', ')}. ${nearest(triple, known)}`.trim(),
  });
}

/** A suggestion for a misspelt word, or an empty string where nothing is near. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const candidate = closest(word, [...known]);
  const near = distance(word, candidate) <= Math.max(3, Math.floor(candidate.length * 0.6));
  return near ? `Did you mean '${candidate}'?` : '';
}
