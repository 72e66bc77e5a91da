import { TomlError, parse } from 'smol-toml';
import { MixReleaseError, messageOf } from '../../errors.js';
import { nearest } from '../../targets/find.js';
import { isTable, keyLines, kindOf, type KeyLines, type Table } from '../../toml.js';
import { isPerTarget, type Option } from '../option.js';
import { PATTERNS, isKnownPattern, nearestPattern } from '../per-target.js';
import { parseLines } from '../parse.js';
import { OPTIONS, type OptionName, type Raw, type RawOptions } from '../table.js';
import { TARGETS_KEY } from './forms.js';
import { rawOfFile, type Origin } from './values.js';

/** The sections with values for some targets. */
const SECTION = 'target';

type Row = Option & { readonly name: OptionName };

/**
 * Reads the text of a mix-release.toml: options by their names, and sections `[target."PATTERN"]`, which give what lines
 * `PATTERN => VALUE` give.
 *
 * @param file - its path, for messages
 * @throws MixReleaseError `bad-config-file`, with the file and, where it is known, the line
 */
export function readConfigText(file: string, text: string): RawOptions {
  const content = text.replace(/^\uFEFF/, '');
  const table = parseToml(file, content);
  const lines = keyLines(content);
  const originOf = (...path: readonly string[]): Origin => originAt(file, lines, path);
  const { [SECTION]: section, ...rest } = table;
  const plain = isTable(section) ? rest : table;
  requireKnown(Object.keys(plain), [TARGETS_KEY, ...OPTIONS.map(({ name }) => name)], originOf);
  const raw = new Map<OptionName, Exclude<Raw, undefined>>();
  for (const row of OPTIONS as readonly Row[]) {
    if (row.name === 'target') addTargets(plain, row, raw, originOf);
    else if (row.name in plain) raw.set(row.name, rawOfFile(row, plain[row.name], originOf(row.name)));
  }
  if (isTable(section)) addSections(section, raw, originOf);
  return Object.fromEntries(raw);
}

type Origins = (...path: readonly string[]) => Origin;

function originAt(file: string, lines: KeyLines, path: readonly string[]): Origin {
  const line = lines.of(path);
  return line === undefined ? file : `${file}:${String(line)}`;
}

function parseToml(file: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    // Further lines of the message are an excerpt of the file.
    const [reason = ''] = messageOf(error).split('\n');
    const where = error instanceof TomlError ? `${file}:${String(error.line)}` : file;
    const both = /^\s*target\s*=/m.test(text) && /^\s*\[\s*target\s*\./m.test(text);
    throw new MixReleaseError('bad-config-file', {
      what: `${where} is not TOML: ${reason}`,
      next: both
        ? `Write ${TARGETS_KEY} = [...] instead of target = ...: TOML has no key and section of one name.`
        : 'Fix the syntax: an option is a line such as os = "debian:trixie", and a section begins with [target."*-musl"].',
      cause: error,
    });
  }
}

/** One error for all names that are not known. */
function requireKnown(names: readonly string[], known: readonly string[], originOf: Origins): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const advice = unknown.map((name) => nearest(name, known)).filter((text) => text !== '');
  throw new MixReleaseError('bad-config-file', {
    what: unknown.map((name) => `${originOf(name)}: there is no option '${name}'`).join('; '),
    next: `${advice.join(' ')} An option has the name that it has as an input of the action.`.trim(),
  });
}

function addTargets(plain: Table, row: Row, raw: Map<OptionName, Exclude<Raw, undefined>>, originOf: Origins): void {
  const [key, other] = [row.name, TARGETS_KEY].filter((name) => name in plain);
  if (key === undefined) return;
  if (other !== undefined) {
    throw new MixReleaseError('bad-config-file', {
      what: `${originOf(other)}: ${other} and ${key} are the same option`,
      next: 'Leave one of the two out.',
    });
  }
  raw.set(row.name, rawOfFile(row, plain[key], originOf(key)));
}

function addSections(section: Table, raw: Map<OptionName, Exclude<Raw, undefined>>, originOf: Origins): void {
  const rows = (OPTIONS as readonly Row[]).filter(isPerTarget);
  for (const [pattern, values] of Object.entries(section)) {
    const origin = originOf(SECTION, pattern);
    if (!isTable(values)) {
      throw new MixReleaseError('bad-config-file', {
        what: `${origin}: target.${pattern} is ${kindOf(values)}, and not a section`,
        next: `Write [target."PATTERN"], and below it the options for the targets that match. PATTERN is ${PATTERNS}`,
      });
    }
    if (!isKnownPattern(pattern)) {
      throw new MixReleaseError('bad-config-file', {
        what: `${origin}: the section is for '${pattern}', which matches no target`,
        next: `${nearestPattern(pattern)} In the quotes stands ${PATTERNS}`.trim(),
      });
    }
    requireByTarget(Object.keys(values), rows, (name) => originOf(SECTION, pattern, name));
    for (const row of rows.filter(({ name }) => name in values)) {
      const value = rawOfFile(row, values[row.name], originOf(SECTION, pattern, row.name));
      const before = raw.get(row.name);
      const own = linesOf(row, value).map((line) => `${pattern} => ${line}`);
      raw.set(row.name, [...(before === undefined ? [] : linesOf(row, before)), ...own]);
    }
  }
}

function requireByTarget(names: readonly string[], rows: readonly Row[], originOf: Origins): void {
  const general = names.find(
    (name) => OPTIONS.some((row) => row.name === name) && !rows.some((row) => row.name === name),
  );
  if (general === undefined) {
    requireKnown(
      names,
      rows.map(({ name }) => name),
      originOf,
    );
    return;
  }
  throw new MixReleaseError('bad-config-file', {
    what: `${originOf(general)}: ${general} has one value for all targets`,
    next: `Move it above the first section. By target there are ${rows.map(({ name }) => name).join(', ')}.`,
  });
}

/** The entries of a value; of an array of variables each is one, whatever its lines. An empty text is one that takes a value away. */
function linesOf({ kind }: Option, value: Exclude<Raw, undefined>): readonly string[] {
  if (typeof value === 'object') return kind === 'env' ? value : value.flatMap((text) => text.split(/\r?\n/));
  const lines = parseLines(value);
  return lines.length === 0 ? [''] : lines;
}
