import { DT, type Dynamic, type Entry } from './dynamic.js';
import { ElfError } from './error.js';
import type { Range } from './reader.js';
import { tableAt, type Image } from './segments.js';
import { countSymbols } from './symbol-count.js';
import type { SymbolVersion } from './versions.js';

/** A name that something else must offer when the file is loaded. */
export interface UndefinedSymbol {
  readonly name: string;
  /** Loading goes on without a weak one. */
  readonly weak: boolean;
  readonly version: string | undefined;
  /** The library that has to offer the version. */
  readonly library: string | undefined;
}

/** A name that the file offers to others. */
export interface ExportedSymbol {
  readonly name: string;
  readonly weak: boolean;
  readonly version: string | undefined;
  /**
   * Set where the file has its own copy of another library's variable, as programs do: the library whose version it is.
   */
  readonly library: string | undefined;
}

export interface DynamicSymbols {
  readonly undefinedSymbols: readonly UndefinedSymbol[];
  readonly exportedSymbols: readonly ExportedSymbol[];
  /** How many undefined symbols, weak ones not counted, were passed over because their names begin otherwise. */
  readonly passedOver: number;
}

/** By `StringTable.beginning`: `UNDEFINED` and `EXPORTED`, or their sum, where such symbols are wanted; else 0. */
export type Beginnings = Uint8Array;

const UNDEFINED = 1;
const EXPORTED = 2;

/** @param names - what the names of wanted symbols begin with: two letters each */
export function beginnings(names: {
  readonly undefined: readonly string[];
  readonly exported: readonly string[];
}): Beginnings {
  const marks = new Uint8Array(0x10000);
  const mark = (pair: string, kind: number): void => {
    const place = Buffer.from(pair, 'latin1').readUInt16LE();
    marks[place] = (marks[place] ?? 0) | kind;
  };
  for (const pair of names.undefined) mark(pair, UNDEFINED);
  for (const pair of names.exported) mark(pair, EXPORTED);
  return marks;
}

const LOCAL = 0;
const WEAK = 2;
const INTERNAL = 1;
const HIDDEN = 2;
const NOT_DEFAULT = 0x8000;

/**
 * The dynamic symbols, without those that nothing outside can see, and without those that have no name.
 *
 * @param versionsOf - asked once, if a symbol is read at all
 * @param wanted - only names that begin so are read; all of them where it is undefined
 * @throws ElfError when their tables do not lie in what is loaded, or a name not in its table
 */
export function readSymbols(
  image: Image,
  dynamic: Dynamic,
  versionsOf: () => ReadonlyMap<number, SymbolVersion>,
  wanted?: Beginnings,
): DynamicSymbols {
  const undefinedSymbols: UndefinedSymbol[] = [];
  const exportedSymbols: ExportedSymbol[] = [];
  const { reader } = image;
  const layout = reader.bits === 64 ? { size: 24, info: 4, section: 6 } : { size: 16, info: 12, section: 14 };
  const tables = tablesOf(image, dynamic, layout.size);
  if (!tables) return { undefinedSymbols, exportedSymbols, passedOver: 0 };
  let passedOver = 0;
  let versions: ReturnType<typeof versionsOf> | undefined;
  const { littleEndian } = reader;
  const { start } = tables.table;
  const [table, numbers] = [reader.view(tables.table), tables.numbers && reader.view(tables.numbers)];

  // The first is none.
  for (let index = 1, at = layout.size; at < table.byteLength; index += 1, at += layout.size) {
    const place = table.getUint32(at, littleEndian);
    const binding = table.getUint8(at + layout.info) >> 4;
    if (place === 0 || binding === LOCAL) continue;
    const isDefined = table.getUint16(at + layout.section, littleEndian) !== 0;
    const visibility = table.getUint8(at + layout.info + 1) & 3;
    if (isDefined && (visibility === INTERNAL || visibility === HIDDEN)) continue;
    const kind = isDefined ? EXPORTED : UNDEFINED;
    if (wanted !== undefined && ((wanted[dynamic.strings.beginning(place, start + at)] ?? 0) & kind) === 0) {
      if (!isDefined && binding !== WEAK) passedOver += 1;
      continue;
    }
    versions ??= versionsOf();
    const name = dynamic.strings.get(place, start + at);
    const number = numbers?.getUint16(index * 2, littleEndian) ?? 0;
    const { name: version, library } = versions.get(number & ~NOT_DEFAULT) ?? NO_VERSION;
    const common = { name, weak: binding === WEAK, version, library };
    if (isDefined) exportedSymbols.push(common);
    else undefinedSymbols.push(common);
  }
  return { undefinedSymbols, exportedSymbols, passedOver };
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
