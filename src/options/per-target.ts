import { MixReleaseError } from '../errors.js';
import { targetNamed } from '../targets/aliases.js';
import { nearest } from '../targets/find.js';
import { TARGETS, type Target } from '../targets/table.js';
import { isPerTarget, type Option } from './option.js';
import { OPTIONS, type OptionName, type Raw, type RawOptions } from './table.js';

/** One line or one entry of an option: for the targets that match a pattern, or for all. */
interface Entry {
  /** A name of a target, or a triple with `*`; undefined for all targets. */
  readonly pattern: string | undefined;
  readonly value: string;
}

/**
 * The options as they stand for one target: in place of the lines `PATTERN => VALUE` there are the values of those that
 * match it. Of an option with one value the last such line counts, before a plain value; those of a list, and variables,
 * are added to the plain ones. An empty value is none.
 */
export function rawFor(raw: RawOptions, target: Target): RawOptions {
  const own = perTargetOptions().flatMap((option) => {
    const entries = entriesOf(option, raw[option.name]);
    if (entries.length < 2 && entries.every(({ pattern }) => pattern === undefined)) return [];
    return [[option.name, valueFor(option, entries, target)] as const];
  });
  return own.length === 0 ? raw : { ...raw, ...Object.fromEntries(own) };
}

/**
 * The options of a target as they stand for its twin, the target of another architecture with the same C library: where a
 * line of an option matches the twin, the twin's own values, else those of the target.
 */
export function rawForTwin(raw: RawOptions, target: Target, twin: Target): RawOptions {
  const own = rawFor(raw, target);
  const other = rawFor(raw, twin);
  const changed = perTargetOptions().filter((option) =>
    entriesOf(option, raw[option.name]).some(({ pattern }) => pattern !== undefined && matches(pattern, twin)),
  );
  return { ...own, ...Object.fromEntries(changed.map(({ name }) => [name, other[name] ?? ''])) };
}

/** @throws MixReleaseError `bad-option` for a pattern that no target matches, built this time or not */
export function requireKnownPatterns(raw: RawOptions): void {
  for (const option of perTargetOptions()) {
    for (const { pattern } of entriesOf(option, raw[option.name])) {
      if (pattern === undefined || isKnownPattern(pattern)) continue;
      throw new MixReleaseError('bad-option', {
        what: `${option.name} has a value for '${pattern}', which matches no target`,
        next: `${nearestPattern(pattern)} Before => stands ${PATTERNS}`.trim(),
      });
    }
  }
}

/** What a pattern is: continues "Before => stands". */
export const PATTERNS = `a triple, in which * stands for any part of it: ${TARGETS.map(({ triple }) => triple).join(', ')}.`;

/** Whether a pattern matches a target. */
export function isKnownPattern(pattern: string): boolean {
  return /^[A-Za-z0-9_*./-]+$/.test(pattern) && TARGETS.some((target) => matches(pattern, target));
}

/** A suggestion for a pattern that matches no target, or an empty string. */
export function nearestPattern(pattern: string): string {
  return nearest(pattern.toLowerCase(), SUGGESTED);
}

const SUGGESTED = [...TARGETS.map(({ triple }) => triple), '*-gnu', '*-musl', 'x86_64-*', 'aarch64-*'];

function perTargetOptions(): readonly (Option & { readonly name: OptionName })[] {
  return OPTIONS.filter((option) => isPerTarget(option));
}

/** What stands before `=>` is nothing that an option takes as a value: a word of letters, digits, and what joins them. */
const BY_TARGET = /^\s*([A-Za-z0-9_*./-]+)(?:\s+=>(?:\s|$)|(?<=[*-][A-Za-z0-9_*./-]*)=>)([^]*)$/;

function entriesOf({ kind }: Option, given: Raw): readonly Entry[] {
  if (given === undefined || typeof given === 'boolean') return [];
  // A variable that comes as an entry of its own may have several lines as its value.
  const entire = kind === 'env' && typeof given !== 'string';
  return (typeof given === 'string' ? [given] : given).flatMap((text) => {
    const lines = entire ? [text] : text.split(/\r?\n/);
    const entries = lines.map(entryOf);
    const own = entries.filter(({ pattern }) => pattern !== undefined);
    const plain = entries.filter(({ pattern, value }) => pattern === undefined && value.trim() !== '');
    if (own.length === 0) return [{ pattern: undefined, value: text }];
    // Several plain lines are no value of an option that has one.
    const joined = plain.map(({ value }) => value).join('\n');
    return kind !== 'text' || plain.length === 0 ? [...plain, ...own] : [{ pattern: undefined, value: joined }, ...own];
  });
}

function entryOf(line: string): Entry {
  const [, pattern, value = ''] = BY_TARGET.exec(line) ?? [];
  return pattern === undefined ? { pattern, value: line } : { pattern, value: value.trimStart() };
}

function valueFor({ kind }: Option, entries: readonly Entry[], target: Target): string | readonly string[] {
  const own = entries.filter(({ pattern }) => pattern === undefined || matches(pattern, target));
  if (kind !== 'text') return own.map(({ value }) => value).filter((value) => value.trim() !== '');
  const last = own.findLast(({ pattern }) => pattern !== undefined) ?? own.at(-1);
  return last?.value ?? '';
}

/** Whether a pattern is for a target: another name of it, or its triple, in which `*` stands for any part. */
function matches(pattern: string, target: Target): boolean {
  const word = pattern.toLowerCase();
  if (!word.includes('*')) return targetNamed(word) === target;
  const [start = '', ...parts] = word.split('*');
  const end = parts.pop() ?? '';
  const { triple } = target;
  if (!triple.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = triple.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return triple.endsWith(end) && triple.length - end.length >= at;
}
