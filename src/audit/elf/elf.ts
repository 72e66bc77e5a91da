import { DT, flagsOf, readDynamic, textOf, type Dynamic } from './dynamic.js';
import type { ElfError } from './error.js';
import { readHeader } from './header.js';
import { machineName } from './machines.js';
import { readNotes } from './notes.js';
import type { Bits, ByteOrder, Range } from './reader.js';
import { damageOfSections } from './sections.js';
import { dataRanges, fileRange, PF, PT, readSegments, type Image } from './segments.js';
import { openFile, type Source } from './source.js';
import { readSymbols, type Beginnings, type ExportedSymbol, type UndefinedSymbol } from './symbols.js';
import {
  readVersionDefinitions,
  readVersionNeeds,
  versionsByIndex,
  type VersionDefinition,
  type VersionNeed,
} from './versions.js';

/**
 * What becomes of a file:
 *
 * - `program`: started, and needs a dynamic loader
 * - `static`, `static-pie`: started, and needs none; the latter at any address
 * - `library`: loaded by another; it may also be a program, as glibc itself is
 * - `relocatable`: an object that is not linked yet, or a module of the kernel
 * - `debug`: read by a debugger, beside the file with the code
 * - `core`: the memory of a process
 * - `other`: none of these
 */
export type ElfKind = 'program' | 'static' | 'static-pie' | 'library' | 'relocatable' | 'debug' | 'core' | 'other';

/** All that an audit asks of an ELF file. Lists are empty where the file has nothing of the sort. */
export interface ElfFile {
  readonly kind: ElfKind;
  readonly bits: Bits;
  readonly byteOrder: ByteOrder;
  /** `e_machine`, and its name as in `elf.h`: `x86_64`, `aarch64`, `386` … */
  readonly machine: { readonly number: number; readonly name: string };
  /** The path of the dynamic loader that the kernel starts. */
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** As written, with colons between directories and `$ORIGIN` in them. */
  readonly rpath: string | undefined;
  /** As `rpath`. Where it is set, loaders ignore `rpath`. */
  readonly runpath: string | undefined;
  readonly versionNeeds: readonly VersionNeed[];
  readonly versionDefinitions: readonly VersionDefinition[];
  readonly undefinedSymbols: readonly UndefinedSymbol[];
  readonly exportedSymbols: readonly ExportedSymbol[];
  /** How many undefined symbols, weak ones not counted, were passed over because their names begin otherwise. */
  readonly passedOver: number;
  /** In hexadecimal digits. */
  readonly buildId: string | undefined;
  /** The level of x86-64 that the file says it needs. */
  readonly x86Level: 1 | 2 | 3 | 4 | undefined;
  /** Whether it asks for a stack that can be executed; where it says nothing, that is the kernel's choice. */
  readonly executableStack: boolean | undefined;
  /** The smallest alignment of what is loaded, in bytes: with larger pages, it cannot be loaded. */
  readonly alignment: number | undefined;
  /** Where constants and variables lie in the file; with the code, where a file does not keep them apart. */
  readonly data: readonly Range[];
  /** What is wrong with parts that no loader looks at: the table of sections, notes. */
  readonly damage: readonly ElfError[];
}

const DF_1_PIE = 0x08000000;
const TYPE_KINDS: Readonly<Record<number, ElfKind>> = { 1: 'relocatable', 4: 'core' };

/**
 * Reads an ELF file of either class and byte order, by what a loader finds things by.
 *
 * No byte is read again, but where it is in several tables; memory and time grow with the file's tables, whatever these
 * say.
 *
 * @param wanted - only names of symbols that begin so are read; all of them where it is undefined
 * @throws ElfError, and nothing else but what the source throws, where the file cannot be loaded as it is
 */
export function readElf(source: Source, wanted?: Beginnings): ElfFile {
  const { header, reader } = readHeader(source);
  const image = readSegments(reader, header);
  const interpreter = readInterpreter(image);
  const dynamic = readDynamic(image);
  const { damage, ...notes } = readNotes(image);
  const { bits, byteOrder } = header;
  return {
    kind: kindOf(image, interpreter, dynamic),
    bits,
    byteOrder,
    machine: { number: header.machine, name: machineName(header.machine) },
    interpreter,
    ...linkageOf(image, dynamic, wanted),
    ...notes,
    executableStack: executableStackOf(image),
    alignment: alignmentOf(image),
    data: dataRanges(image),
    damage: [damageOfSections(reader, header), damage].filter((each) => each !== undefined),
  };
}

/** As `readElf`. @throws also the file system's error */
export function readElfFile(path: string): ElfFile {
  using file = openFile(path);
  return readElf(file);
}

function linkageOf(image: Image, dynamic: Dynamic | undefined, wanted: Beginnings | undefined) {
  if (!dynamic) return NO_LINKAGE;
  const versionNeeds = readVersionNeeds(image, dynamic);
  const versionDefinitions = readVersionDefinitions(image, dynamic);
  return {
    needed: dynamic.needed,
    soname: textOf(dynamic, DT.SONAME),
    rpath: textOf(dynamic, DT.RPATH),
    runpath: textOf(dynamic, DT.RUNPATH),
    versionNeeds,
    versionDefinitions,
    ...readSymbols(image, dynamic, () => versionsByIndex(versionNeeds, versionDefinitions), wanted),
  };
}

const NO_LINKAGE = {
  needed: [],
  soname: undefined,
  rpath: undefined,
  runpath: undefined,
  versionNeeds: [],
  versionDefinitions: [],
  undefinedSymbols: [],
  exportedSymbols: [],
  passedOver: 0,
};

function readInterpreter({ reader, segments, debugOnly }: Image): string | undefined {
  const segment = segments.find(({ type }) => type === PT.INTERP);
  if (!segment || debugOnly) return undefined;
  const { start, end } = fileRange(reader, segment, 'the path of the loader');
  return reader.string(start, end);
}

function kindOf({ header, debugOnly }: Image, interpreter: string | undefined, dynamic: Dynamic | undefined): ElfKind {
  if (debugOnly) return 'debug';
  const loads = interpreter !== undefined || (dynamic !== undefined && dynamic.needed.length > 0);
  if (header.type === 2) return loads ? 'program' : 'static';
  if (header.type !== 3) return TYPE_KINDS[header.type] ?? 'other';
  if (!dynamic) return loads ? 'program' : 'static-pie'; // nothing could load it as a library
  // Linkers mark programs by both: the flag is from 2015, and the place for the debugger's use is older.
  const marked = (flagsOf(dynamic, DT.FLAGS_1) & DF_1_PIE) !== 0 || dynamic.entries.has(DT.DEBUG);
  if (marked) return loads ? 'program' : 'static-pie';
  return interpreter !== undefined && !dynamic.entries.has(DT.SONAME) ? 'program' : 'library';
}

function executableStackOf({ segments }: Image): boolean | undefined {
  const segment = segments.findLast(({ type }) => type === PT.GNU_STACK);
  return segment && (segment.flags & PF.X) !== 0;
}

function alignmentOf({ segments }: Image): number | undefined {
  const loaded = segments.filter(({ type }) => type === PT.LOAD);
  return loaded.reduce<number | undefined>((least, { alignment }) => {
    return Math.min(least ?? Infinity, Number(alignment));
  }, undefined);
}
