import { numbersOf, type Layout, type Numbers, type Section, type Segment } from './numbers.js';
import {
  definedVersions,
  gnuHashTable,
  hashTable,
  neededVersions,
  Strings,
  symbolTable,
  versionNumbers,
  type PlannedDefinition,
  type PlannedNeed,
  type PlannedSymbol,
} from './tables.js';

/** What to assemble. What is not named is not in the file. */
export interface Plan extends Partial<Layout> {
  readonly type?: number;
  readonly machine?: number;
  readonly osAbi?: number;
  readonly flags?: number;
  /** The address at which the file's first byte is loaded. */
  readonly base?: bigint;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** More entries of the dynamic section, as they are. */
  readonly tags?: readonly (readonly [number, number | bigint])[];
  readonly needs?: readonly PlannedNeed[];
  readonly definitions?: readonly PlannedDefinition[];
  readonly symbols?: readonly PlannedSymbol[];
  /** How the number of symbols can be known; `sysv` unless said otherwise. `gnu` has those that are defined. */
  readonly hash?: 'sysv' | 'sysv-wide' | 'gnu' | 'none';
  /** The numbers of the symbols that relocations name. */
  readonly relocations?: readonly number[];
  /** The content of one segment of notes. */
  readonly notes?: Buffer;
  readonly noteAlignment?: number;
  /** The flags of the stack's segment. */
  readonly stack?: number;
  /** More program headers, as they are. */
  readonly segments?: readonly Segment[];
  /** Headers of sections: of a piece, or as they are. */
  readonly sections?: readonly (Section & { readonly piece?: string })[];
}

/** A part of the file, with the tags of the dynamic section that name its address and its size. */
interface Piece {
  readonly name: string;
  readonly bytes: Buffer;
  readonly tag?: number;
  readonly sizeTag?: number;
}

export interface Assembled {
  readonly bytes: Buffer;
  readonly numbers: Numbers;
  /** Where a piece begins: `programs`, `interpreter`, `strings`, `symbols`, `hash` … `dynamic`, `sections`. */
  readonly at: (piece: string) => number;
  /** Where the value of an entry of the dynamic section lies. */
  readonly valueAt: (tag: number) => number;
  /** Where the header of the last segment of a type lies. */
  readonly segmentAt: (type: number) => number;
}

const [PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_STACK] = [1, 2, 3, 4, 0x6474e551];

/** Writes an ELF file: one segment is all that is loaded, and the headers of sections come last. */
export function assemble(plan: Plan = {}): Assembled {
  const numbers = numbersOf({ bits: plan.bits ?? 64, order: plan.order ?? 'little' });
  const base = plan.base ?? 0x10000n;
  const { named, pieces } = contentOf(plan, numbers);

  const tagCount = named.length + pieces.flatMap(({ tag, sizeTag }) => [tag, sizeTag]).filter(isSet).length;
  const dynamic = tagCount === 0 ? [] : [{ name: 'dynamic', bytes: Buffer.alloc((tagCount + 1) * 2 * numbers.width) }];
  const parts: readonly Piece[] = [...pieces, ...dynamic];
  const has = (name: string): boolean => parts.some((each) => each.name === name);
  const types = [
    PT_LOAD,
    ...(has('interpreter') ? [PT_INTERP] : []),
    ...(has('dynamic') ? [PT_DYNAMIC] : []),
    ...(has('notes') ? [PT_NOTE] : []),
    ...(plan.stack === undefined ? [] : [PT_GNU_STACK]),
    ...(plan.segments ?? []).map(({ type }) => type),
  ];
  const { places, end } = placed(parts, numbers.headerSize + types.length * numbers.programSize);
  const at = (name: string): number => known(places.get(name), name);
  places.set('programs', numbers.headerSize);
  places.set('sections', aligned(end));

  const of = (name: string) => ({
    offset: at(name),
    address: base + BigInt(at(name)),
    size: known(parts.find((each) => each.name === name)?.bytes.length, name),
  });
  const planned: Readonly<Record<number, () => Segment>> = {
    [PT_LOAD]: () => ({ type: PT_LOAD, flags: 5, address: base, size: end, alignment: 0x1000 }),
    [PT_INTERP]: () => ({ type: PT_INTERP, ...of('interpreter') }),
    [PT_DYNAMIC]: () => ({ type: PT_DYNAMIC, ...of('dynamic') }),
    [PT_NOTE]: () => ({ type: PT_NOTE, ...of('notes'), alignment: plan.noteAlignment ?? 4 }),
    [PT_GNU_STACK]: () => ({ type: PT_GNU_STACK, flags: plan.stack ?? 0 }),
  };
  const own = types.slice(0, types.length - (plan.segments?.length ?? 0));
  const segments = [...own.map((type) => known(planned[type], 'segment')()), ...(plan.segments ?? [])];

  const tags = [
    ...named,
    ...pieces.flatMap(({ name, bytes, tag, sizeTag }): (readonly [number, number | bigint])[] => [
      ...(tag === undefined ? [] : [[tag, of(name).address] as const]),
      ...(sizeTag === undefined ? [] : [[sizeTag, bytes.length] as const]),
    ]),
  ];
  const sections = plan.sections && [
    numbers.section({ type: 0 }),
    ...plan.sections.map(({ piece, ...rest }) =>
      numbers.section({ ...(piece === undefined ? {} : of(piece)), ...rest }),
    ),
  ];

  const bytes = Buffer.alloc(sections ? at('sections') + sections.length * numbers.sectionSize : end);
  const header = numbers.header({
    osAbi: plan.osAbi ?? 0,
    type: plan.type ?? 3,
    machine: plan.machine ?? 62,
    flags: plan.flags ?? 0,
    segments: segments.length,
    sectionsAt: sections ? at('sections') : 0,
    sections: sections?.length ?? 0,
  });
  Buffer.concat([header, ...segments.map(numbers.segment)]).copy(bytes);
  for (const piece of pieces) piece.bytes.copy(bytes, at(piece.name));
  if (tagCount > 0) Buffer.concat(tags.flat().map(numbers.word)).copy(bytes, at('dynamic'));
  if (sections) Buffer.concat(sections).copy(bytes, at('sections'));
  return {
    bytes,
    numbers,
    at,
    valueAt: (tag) => at('dynamic') + (2 * index(tags, ([each]) => each === tag) + 1) * numbers.width,
    segmentAt: (type) => numbers.headerSize + index(segments, (each) => each.type === type) * numbers.programSize,
  };
}

/** The file with other bytes at a place. */
export function patched(bytes: Buffer, at: number, ...parts: readonly Buffer[]): Buffer {
  const copy = Buffer.from(bytes);
  Buffer.concat(parts).copy(copy, at);
  return copy;
}

/** The entries of the dynamic section that name text or are given as they are, and all pieces but that section. */
function contentOf(plan: Plan, numbers: Numbers) {
  const strings = new Strings();
  const { needs, definitions, symbols, relocations } = plan;
  const named = [
    ...(plan.needed ?? []).map((library) => [1, strings.add(library)] as const),
    ...(plan.soname === undefined ? [] : [[14, strings.add(plan.soname)] as const]),
    ...(plan.rpath === undefined ? [] : [[15, strings.add(plan.rpath)] as const]),
    ...(plan.runpath === undefined ? [] : [[29, strings.add(plan.runpath)] as const]),
    ...(plan.tags ?? []),
  ];
  const tables: readonly Piece[] = [
    ...(plan.interpreter === undefined ? [] : [{ name: 'interpreter', bytes: Buffer.from(`${plan.interpreter}\0`) }]),
    ...(plan.notes ? [{ name: 'notes', bytes: plan.notes }] : []),
    ...(symbols ? symbolPieces(numbers, strings, symbols, plan.hash ?? 'sysv') : []),
    ...(needs ? [{ name: 'needs', tag: 0x6ffffffe, bytes: neededVersions(numbers, strings, needs) }] : []),
    ...(definitions
      ? [{ name: 'definitions', tag: 0x6ffffffc, bytes: definedVersions(numbers, strings, definitions) }]
      : []),
    ...(relocations
      ? [{ name: 'relocations', tag: 7, sizeTag: 8, bytes: Buffer.concat(relocations.map(numbers.relocation)) }]
      : []),
  ];
  const isNamed = named.length > 0 || tables.some(({ tag }) => tag !== undefined);
  const text = isNamed ? [{ name: 'strings', tag: 5, sizeTag: 10, bytes: strings.bytes() }] : [];
  return { named, pieces: [...tables, ...text] };
}

function symbolPieces(
  numbers: Numbers,
  strings: Strings,
  symbols: readonly PlannedSymbol[],
  hash: NonNullable<Plan['hash']>,
): readonly Piece[] {
  const count = symbols.length + 1;
  const first = symbols.findIndex(({ defined }) => defined === true) + 1;
  const gnu = (): Buffer => gnuHashTable(numbers, first === 0 ? count : first, count);
  const hashes: readonly Piece[] =
    hash === 'none'
      ? []
      : hash === 'gnu'
        ? [{ name: 'hash', tag: 0x6ffffef5, bytes: gnu() }]
        : [{ name: 'hash', tag: 4, bytes: hashTable(numbers, count, hash === 'sysv-wide') }];
  const versioned = symbols.some(({ version }) => version !== undefined);
  return [
    { name: 'symbols', tag: 6, bytes: symbolTable(numbers, strings, symbols) },
    ...hashes,
    ...(versioned ? [{ name: 'versions', tag: 0x6ffffff0, bytes: versionNumbers(numbers, symbols) }] : []),
  ];
}

function placed(pieces: readonly Piece[], start: number) {
  const places = new Map<string, number>();
  let end = start;
  for (const { name, bytes } of pieces) {
    places.set(name, aligned(end));
    end = aligned(end) + bytes.length;
  }
  return { places, end };
}

function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function isSet<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the plan has no ${what}`);
  return value;
}

function index<T>(list: readonly T[], fits: (each: T) => boolean): number {
  const found = list.findLastIndex(fits);
  if (found < 0) throw new Error('the plan has nothing of the sort');
  return found;
}
