import { DT, type Dynamic, type Entry } from './dynamic.js';
import { ElfError } from './error.js';
import { EM } from './machines.js';
import type { Range } from './reader.js';
import { SHT, sectionsIfAny } from './sections.js';
import { bytesAt, tableAt, type Image } from './segments.js';

/**
 * The number of dynamic symbols, which the format does not state. Sources in order of trust: DT_HASH, which has them
 * all; DT_GNU_HASH, which has the exported ones, and these come last; the section table; the symbols that relocations
 * use.
 *
 * @returns a number that is not checked against the file
 * @throws ElfError
 */
export function countSymbols(image: Image, { entries }: Dynamic, symbols: Entry, symbolSize: number): number {
  const { machine } = image.header;
  const mips = machine === EM.MIPS || machine === EM.MIPS_RS3_LE ? entries.get(DT.MIPS_SYMTABNO) : undefined;
  if (mips) return Number(mips.value);
  const hash = entries.get(DT.HASH);
  if (hash) return countInHash(image, hash);
  const gnuHash = entries.get(DT.GNU_HASH);
  const { count, empty } = gnuHash ? countInGnuHash(image, gnuHash) : { count: 0, empty: true };
  // GNU ld writes 1 where no symbol is exported, however many there are.
  if (!empty || count > 1) return count;
  const section = sectionsIfAny(image.reader, image.header).find(({ type, address }) => {
    return type === SHT.DYNSYM && address === symbols.value;
  });
  if (section) return Number(section.size / BigInt(symbolSize));
  return Math.max(count, countInRelocations(image, entries));
}

/** `DT_HASH`: its second field is the number of symbols. */
function countInHash(image: Image, { value, at }: Entry): number {
  const { reader, header } = image;
  // On Alpha and 64-bit S/390, the fields are 8 bytes wide.
  const wide = header.bits === 64 && (header.machine === EM.ALPHA || header.machine === EM.S390);
  const size = wide ? 8 : 4;
  const { start } = tableAt(image, value, BigInt(2 * size), at, 'the hash table');
  return wide ? Number(reader.u64(start + size)) : reader.u32(start + size);
}

/**
 * `DT_GNU_HASH`: the number of the first symbol in it, buckets with the first symbol of each chain, and chains whose
 * last entry has its lowest bit set. The end of the last chain is the end of the symbols.
 */
function countInGnuHash(image: Image, { value, at }: Entry): { readonly count: number; readonly empty: boolean } {
  const { reader } = image;
  const what = 'the GNU hash table';
  const { start } = tableAt(image, value, 16n, at, what);
  const [bucketCount, firstSymbol, filterWords] = [reader.u32(start), reader.u32(start + 4), reader.u32(start + 8)];
  const bucketsAt = value + 16n + BigInt(filterWords) * BigInt(reader.bits / 8);
  const buckets = tableAt(image, bucketsAt, BigInt(bucketCount) * 4n, at, what);
  const { littleEndian } = reader;
  const firsts = reader.view(buckets);
  let last = 0;
  for (let each = 0; each < firsts.byteLength; each += 4) last = Math.max(last, firsts.getUint32(each, littleEndian));
  if (last === 0 || last < firstSymbol) return { count: firstSymbol, empty: true };
  const chainsAt = bucketsAt + BigInt(bucketCount) * 4n;
  const chain = bytesAt(image, chainsAt + BigInt(last - firstSymbol) * 4n, at, what);
  for (let each = chain.start; each + 4 <= chain.end; each += 4, last += 1) {
    if ((reader.u32(each) & 1) === 1) return { count: last + 1, empty: false };
  }
  throw new ElfError('bad-size', at, `${what} is larger than its segment`);
}

/** One more than the highest symbol index in relocations: the loader needs no symbol beyond it. */
function countInRelocations(image: Image, entries: ReadonlyMap<number, Entry>): number {
  const pltIsRela = entries.get(DT.PLTREL)?.value === BigInt(DT.RELA);
  const tables: readonly (readonly [number, number, boolean])[] = [
    [DT.RELA, DT.RELASZ, true],
    [DT.REL, DT.RELSZ, false],
    [DT.JMPREL, DT.PLTRELSZ, pltIsRela],
  ];
  return tables.reduce((highest, [table, size, rela]) => {
    const [address, bytes] = [entries.get(table), entries.get(size)];
    if (!address || !bytes || bytes.value === 0n) return highest;
    const range = tableAt(image, address.value, bytes.value, address.at, 'a table of relocations');
    return Math.max(highest, highestSymbol(image, range, rela) + 1);
  }, 0);
}

function highestSymbol({ reader, header }: Image, { start, end }: Range, rela: boolean): number {
  const word = header.bits / 8;
  const size = (rela ? 3 : 2) * word;
  // The symbol index is the upper half of `r_info` in 64-bit files, and its upper three bytes in 32-bit ones.
  const high = header.byteOrder === 'little' ? 12 : 8;
  let highest = 0;
  for (let at = start; at + size <= end; at += size) {
    const symbol = header.bits === 64 ? reader.u32(at + high) : reader.u32(at + 4) >>> 8;
    highest = Math.max(highest, symbol);
  }
  return highest;
}
