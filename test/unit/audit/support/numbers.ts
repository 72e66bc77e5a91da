import type { Bits, ByteOrder } from '../../../../src/audit/elf/reader.js';

/** Class and byte order. */
export interface Layout {
  readonly bits: Bits;
  readonly order: ByteOrder;
}

/** All that ELF files can have. */
export const LAYOUTS: readonly (readonly [string, Layout])[] = [
  ['32 bits, little endian', { bits: 32, order: 'little' }],
  ['32 bits, big endian', { bits: 32, order: 'big' }],
  ['64 bits, little endian', { bits: 64, order: 'little' }],
  ['64 bits, big endian', { bits: 64, order: 'big' }],
];

export interface Segment {
  readonly type: number;
  readonly flags?: number;
  readonly offset?: number | bigint;
  readonly address?: number | bigint;
  readonly size?: number | bigint;
  readonly memorySize?: number | bigint;
  readonly alignment?: number | bigint;
}

export interface Section {
  readonly type: number;
  readonly flags?: number;
  readonly offset?: number | bigint;
  readonly address?: number | bigint;
  readonly size?: number | bigint;
  readonly info?: number;
}

/** Writes what ELF files consist of. */
export type Numbers = ReturnType<typeof numbersOf>;

export function numbersOf({ bits, order }: Layout) {
  const width = bits / 8;
  const written = (size: number) => (value: number | bigint) => {
    const buffer = Buffer.alloc(8);
    const number = BigInt.asUintN(64, BigInt(value));
    if (order === 'little') buffer.writeBigUInt64LE(number);
    else buffer.writeBigUInt64BE(number);
    return order === 'little' ? buffer.subarray(0, size) : buffer.subarray(8 - size);
  };
  const [u16, u32, word] = [written(2), written(4), written(width)];
  const [headerSize, programSize, sectionSize, symbolSize] = bits === 64 ? [64, 56, 64, 24] : [52, 32, 40, 16];
  return {
    bits,
    width,
    headerSize,
    programSize,
    sectionSize,
    symbolSize,
    u16,
    u32,
    word,

    header: (fields: {
      readonly osAbi: number;
      readonly type: number;
      readonly machine: number;
      readonly flags: number;
      readonly segments: number;
      readonly sectionsAt: number;
      readonly sections: number;
    }) =>
      Buffer.concat([
        Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits / 32, order === 'little' ? 1 : 2, 1, fields.osAbi]),
        Buffer.alloc(8),
        ...[u16(fields.type), u16(fields.machine), u32(1)],
        ...[word(0), word(headerSize), word(fields.sectionsAt), u32(fields.flags)],
        ...[headerSize, programSize, fields.segments, sectionSize, fields.sections, 0].map(u16),
      ]),

    segment: ({ type, flags = 4, offset = 0, address = 0, size = 0, memorySize = size, alignment = 4 }: Segment) => {
      const words = [offset, address, address, size, memorySize].map(word);
      return bits === 64
        ? Buffer.concat([u32(type), u32(flags), ...words, word(alignment)])
        : Buffer.concat([u32(type), ...words, u32(flags), word(alignment)]);
    },

    section: ({ type, flags = 0, address = 0, offset = 0, size = 0, info = 0 }: Section) =>
      Buffer.concat([
        ...[u32(0), u32(type), word(flags), word(address), word(offset), word(size)],
        ...[u32(0), u32(info), word(4), word(0)],
      ]),

    symbol: (name: number, info: number, other: number, section: number) =>
      bits === 64
        ? Buffer.concat([u32(name), Buffer.from([info, other]), u16(section), word(0), word(0)])
        : Buffer.concat([u32(name), word(0), word(0), Buffer.from([info, other]), u16(section)]),

    relocation: (symbol: number) =>
      Buffer.concat([word(0), word(bits === 64 ? BigInt(symbol) << 32n : symbol << 8), word(0)]),
  };
}
