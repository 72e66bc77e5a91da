import { DT, flagsOf, readDynamic, textOf, type Dynamic } from './dynamic.js';
import type { ElfError } from './error.js';
import { readHeader } from './header.js';
import { machineName } from './machines.js';
import { readNotes } from './notes.js';
import type { Bits, ByteOrder, Range } from './reader.js';
import { damageOfSections } from './sections.js';
import { dataRanges, fileRange, PF, PT, readSegments, type Image } from './segments.js';
import { openFile, type Source } from './source.js';
import { readSymbols, type PrefixFilter, type ExportedSymbol, type UndefinedSymbol } from './symbols.js';
import {
  readVersionDefinitions,
  readVersionNeeds,
  versionsByIndex,
  type VersionDefinition,
  type VersionNeed,
} from './versions.js';

/**
 * The kind of a file:
 *
 * - `program`: an executable that needs a dynamic loader
 * - `static`, `static-pie`: an executable that needs none; the latter is position-independent
 * - `library`: a shared object; it may also be executable, as glibc itself is
 * - `relocatable`: an object that is not linked yet, or a kernel module
 * - `debug`: debug information of another file
 * - `core`: a core dump
 * - `other`: none of these
 */
export type ElfKind = 'program' | 'static' | 'static-pie' | 'library' | 'relocatable' | 'debug' | 'core' | 'other';

/** The facts about an ELF file. Lists are empty where the file has no such entries. */
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
  /** In the form of `rpath`. Where it is set, loaders ignore `rpath`. */
  readonly runpath: string | undefined;
  readonly versionNeeds: readonly VersionNeed[];
  readonly versionDefinitions: readonly VersionDefinition[];
  readonly undefinedSymbols: readonly UndefinedSymbol[];
  readonly exportedSymbols: readonly ExportedSymbol[];
  /** The number of undefined symbols, without weak ones, that the prefix filter skipped. */
  readonly skippedUndefined: number;
  /** In hexadecimal digits. */
  readonly buildId: string | undefined;
  /** The x86-64 ISA level that the file needs, from its notes. */
  readonly x86Level: 1 | 2 | 3 | 4 | undefined;
  /** Whether it needs an executable stack; undefined without `PT_GNU_STACK`, where the default applies. */
  readonly executableStack: boolean | undefined;
  /** The smallest alignment of a loaded segment, in bytes: a kernel with larger pages cannot load it. */
  readonly alignment: number | undefined;
  /** The ranges of constants and variables in the file; they include code where a file does not separate them. */
  readonly data: readonly Range[];
  /** Defects in parts that loaders ignore: the section table, notes. */
  readonly damage: readonly ElfError[];
}

const DF_1_PIE = 0x08000000;
const TYPE_KINDS: Readonly<Record<number, ElfKind>> = { 1: 'relocatable', 4: 'core' };

/**
 * Reads an ELF file of either class and byte order, by the structures that loaders use.
 *
 * No byte is read twice, unless it is in several tables; memory and time are bounded by the size of the file's tables, whatever their
 * content.
 *
 * @param filter - reads only symbols whose names match; undefined reads all
 * @throws ElfError where the file cannot be loaded; and whatever the source throws
 */
export function readElf(source: Source, filter?: PrefixFilter): ElfFile {
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
    ...linkageOf(image, dynamic, filter),
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

function linkageOf(image: Image, dynamic: Dynamic | undefined, filter: PrefixFilter | undefined) {
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
    ...readSymbols(image, dynamic, () => versionsByIndex(versionNeeds, versionDefinitions), filter),
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
  skippedUndefined: 0,
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
  // Linkers mark programs with both: DF_1_PIE exists since 2015, DT_DEBUG is older.
  const isProgram = (flagsOf(dynamic, DT.FLAGS_1) & DF_1_PIE) !== 0 || dynamic.entries.has(DT.DEBUG);
  if (isProgram) return loads ? 'program' : 'static-pie';
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
