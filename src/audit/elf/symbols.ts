import { DT, type Dynamic, type Entry } from './dynamic.js';
import { ElfError } from './error.js';
import type { Range } from './reader.js';
import { tableAt, type Image } from './segments.js';
import { countSymbols } from './symbol-count.js';
import type { SymbolVersion } from './versions.js';

/** A symbol that another file must define when this one is loaded. */
export interface UndefinedSymbol {
  readonly name: string;
  /** A missing weak symbol is no error for the loader. */
  readonly weak: boolean;
  readonly version: string | undefined;
  /** The library that must define the version. */
  readonly library: string | undefined;
}

/** A symbol that the file defines for others. */
export interface ExportedSymbol {
  readonly name: string;
  readonly weak: boolean;
  readonly version: string | undefined;
  /**
   * Set for a copy of another library's variable, as programs have (`R_COPY`): the library whose version it is.
   */
  readonly library: string | undefined;
}

export interface DynamicSymbols {
  readonly undefinedSymbols: readonly UndefinedSymbol[];
  readonly exportedSymbols: readonly ExportedSymbol[];
  /** The number of undefined symbols, without weak ones, that the prefix filter skipped. */
  readonly skippedUndefined: number;
}

/** Which symbols to read, by the first two bytes of their names (`StringTable.prefix`): a set of `UNDEFINED` and `EXPORTED`. */
export type PrefixFilter = Uint8Array;

const UNDEFINED = 1;
const EXPORTED = 2;

/** @param names - the prefixes of the symbols to read, two letters each */
export function prefixFilter(names: {
  readonly undefined: readonly string[];
  readonly exported: readonly string[];
}): PrefixFilter {
  const table = new Uint8Array(0x10000);
  const add = (pair: string, kind: number): void => {
    const nameOffset = Buffer.from(pair, 'latin1').readUInt16LE();
    table[nameOffset] = (table[nameOffset] ?? 0) | kind;
  };
  for (const pair of names.undefined) add(pair, UNDEFINED);
  for (const pair of names.exported) add(pair, EXPORTED);
  return table;
}

const LOCAL = 0;
const WEAK = 2;
const INTERNAL = 1;
const HIDDEN = 2;
const NOT_DEFAULT = 0x8000;

/**
 * The dynamic symbols, without hidden ones and those without a name.
 *
 * @param versionsOf - called once, when the first symbol is read
 * @param filter - reads only symbols whose names match; undefined reads all
 * @throws ElfError when a table is not in a loaded segment, or a name is not in its table
 */
export function readSymbols(
  image: Image,
  dynamic: Dynamic,
  versionsOf: () => ReadonlyMap<number, SymbolVersion>,
  filter?: PrefixFilter,
): DynamicSymbols {
  const undefinedSymbols: UndefinedSymbol[] = [];
  const exportedSymbols: ExportedSymbol[] = [];
  const { reader } = image;
  const layout = reader.bits === 64 ? { size: 24, info: 4, section: 6 } : { size: 16, info: 12, section: 14 };
  const tables = tablesOf(image, dynamic, layout.size);
  if (!tables) return { undefinedSymbols, exportedSymbols, skippedUndefined: 0 };
  let skippedUndefined = 0;
  let versions: ReturnType<typeof versionsOf> | undefined;
  const { littleEndian } = reader;
  const { start } = tables.table;
  const [table, numbers] = [reader.view(tables.table), tables.numbers && reader.view(tables.numbers)];

  // The first entry is reserved.
  for (let index = 1, at = layout.size; at < table.byteLength; index += 1, at += layout.size) {
    const nameOffset = table.getUint32(at, littleEndian);
    const binding = table.getUint8(at + layout.info) >> 4;
    if (nameOffset === 0 || binding === LOCAL) continue;
    const isDefined = table.getUint16(at + layout.section, littleEndian) !== 0;
    const visibility = table.getUint8(at + layout.info + 1) & 3;
    if (isDefined && (visibility === INTERNAL || visibility === HIDDEN)) continue;
    const kind = isDefined ? EXPORTED : UNDEFINED;
    if (filter !== undefined && ((filter[dynamic.strings.prefix(nameOffset, start + at)] ?? 0) & kind) === 0) {
      if (!isDefined && binding !== WEAK) skippedUndefined += 1;
      continue;
    }
    versions ??= versionsOf();
    const name = dynamic.strings.get(nameOffset, start + at);
    const number = numbers?.getUint16(index * 2, littleEndian) ?? 0;
    const { name: version, library } = versions.get(number & ~NOT_DEFAULT) ?? NO_VERSION;
    const common = { name, weak: binding === WEAK, version, library };
    if (isDefined) exportedSymbols.push(common);
    else undefinedSymbols.push(common);
  }
  return { undefinedSymbols, exportedSymbols, skippedUndefined };
}

const NO_VERSION = { name: undefined, library: undefined };

/** The bytes of all symbols, and of the numbers of their versions. */
function tablesOf(
  image: Image,
  dynamic: Dynamic,
  size: number,
): { table: Range; numbers: Range | undefined } | undefined {
  const { entries } = dynamic;
  const symbols = entries.get(DT.SYMTAB);
  if (!symbols) return undefined;
  const stated = entries.get(DT.SYMENT);
  if (stated && stated.value !== BigInt(size)) {
    throw new ElfError('bad-size', stated.at, `symbols have ${String(stated.value)} bytes, not ${String(size)}`);
  }
  const count = countSymbols(image, dynamic, symbols, size);
  if (count === 0) return undefined;
  const tableOf = ({ value, at }: Entry, each: number, what: string): Range =>
    tableAt(image, value, BigInt(count) * BigInt(each), at, what);
  const versions = entries.get(DT.VERSYM);
  return {
    table: tableOf(symbols, size, 'the table of symbols'),
    numbers: versions && tableOf(versions, 2, "the table of symbols' versions"),
  };
}
