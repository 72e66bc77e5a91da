import { beamDifference } from './beam.js';
import { elfDifference } from './elf.js';

/** Dates and times in the formats of compilers and tools: ISO 8601, `__DATE__`, `__TIME__`, HTTP. */
const DATES =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?|(?:\w{3}, )?\d{1,2} \w{3} \d{4}|[A-Z][a-z]{2} [ \d]\d \d{4}|\d\d:\d\d:\d\d/g;

/** Describes why two files of one name differ; empty where the reason is unknown. */
export function contentDifference(name: string, first: Buffer, second: Buffer): string {
  if (name === 'releases/COOKIE') {
    return 'Mix generates a cookie in every build: build with cookie: strip, or set cookie: in mix.exs';
  }
  const known = explanationOf(() => beamDifference(first, second)) ?? explanationOf(() => elfDifference(first, second));
  const [left, right] = [first.toString('latin1'), second.toString('latin1')];
  const dated = left.replaceAll(DATES, '@') === right.replaceAll(DATES, '@');
  const times = dated ? `dates or times (${firstDifference(left, right)})` : undefined;
  if (known !== undefined) return times === undefined ? known : `${known}; nothing differs but ${times}`;
  if (times !== undefined) return times;
  if (isGzip(first) && isGzip(second) && first.subarray(8).equals(second.subarray(8)))
    return 'the time in the header of gzip';
  if (isText(left) && isText(right)) return firstLine(left, right);
  return '';
}

/** An explanation, or undefined for a malformed file, whose reader throws. */
function explanationOf(explain: () => string | undefined): string | undefined {
  try {
    return explain();
  } catch {
    return undefined;
  }
}

function firstDifference(left: string, right: string): string {
  const [mine, theirs] = [left, right].map((text) => [...text.matchAll(DATES)].map(([date]) => date));
  const at = (mine ?? []).findIndex((date, index) => date !== theirs?.[index]);
  return `${mine?.[at] ?? ''} and ${theirs?.[at] ?? ''}`;
}

function isGzip(file: Buffer): boolean {
  return file[0] === 0x1f && file[1] === 0x8b;
}

function isText(content: string): boolean {
  return !content.includes('\0');
}

const SHOWN = 80;

function firstLine(left: string, right: string): string {
  const [mine, theirs] = [left.split('\n'), right.split('\n')];
  const at = mine.findIndex((line, index) => line !== theirs[index]);
  const line = at < 0 ? mine.length : at;
  const shown = (lines: readonly string[]): string => JSON.stringify((lines[line] ?? '').slice(0, SHOWN));
  return `text, first in line ${String(line + 1)}: ${shown(mine)} and ${shown(theirs)}`;
}
