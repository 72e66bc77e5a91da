import { readDynamic } from '../../../src/audit/elf/dynamic.js';
import { readHeader } from '../../../src/audit/elf/header.js';
import { readSegments } from '../../../src/audit/elf/segments.js';
import { bufferSource } from '../../../src/audit/elf/source.js';

/** A file to change, with the places where its structure is: changes elsewhere would mostly change nothing. */
export interface Original {
  readonly name: string;
  readonly bytes: Buffer;
  readonly places: readonly number[];
}

/** Numbers from 0 up to, and without, `limit`. */
export type Random = (limit: number) => number;

/** A generator of the same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** Finds the places of a file that the reader takes: headers, and the beginnings of tables. */
export function originalOf(name: string, bytes: Buffer): Original {
  const { header, reader } = readHeader(bufferSource(bytes));
  const image = readSegments(reader, header);
  const segments = image.segments.map(({ offset }) => Number(offset));
  const values = [...(readDynamic(image)?.entries.values() ?? [])];
  const entries = values.map(({ at }) => at);
  const tables = values.flatMap(({ value }) => {
    const segment = image.segments.find(({ type, address, fileSize }) => {
      return type === 1 && value >= address && value < address + fileSize;
    });
    return segment ? [Number(segment.offset + value - segment.address)] : [];
  });
  const headers = [0, Number(header.programs.offset), Number(header.sections.offset)];
  const places = [...headers, ...segments, ...entries, ...tables].filter((place) => place < bytes.length);
  return { name, bytes, places };
}

const NUMBERS = [0, 1, 2, 3, 4, 8, 16, 24, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/**
 * Changes a file in its own buffer, in one to eight places, and cuts it short now and then.
 *
 * @returns the changed file, valid until `restore` is called
 */
export function mutate(original: Original, random: Random): { readonly bytes: Buffer; readonly restore: () => void } {
  const { bytes } = original;
  const before: (readonly [number, Buffer])[] = [];
  for (let changes = 1 + random(8); changes > 0; changes -= 1) {
    const at = placeIn(original, random);
    const change = changeAt(bytes, at, random);
    before.push([at, Buffer.from(bytes.subarray(at, at + change.length))]);
    change.copy(bytes, at);
  }
  const length = random(16) === 0 ? random(bytes.length + 1) : bytes.length;
  return {
    bytes: bytes.subarray(0, length),
    restore: () => {
      for (const [at, old] of before.reverse()) old.copy(bytes, at);
    },
  };
}

function placeIn({ bytes, places }: Original, random: Random): number {
  if (random(8) === 0) return random(bytes.length);
  return Math.min(bytes.length - 1, (places[random(places.length)] ?? 0) + random(64));
}

/** What is to stand at a place; never beyond the end. */
function changeAt(bytes: Buffer, at: number, random: Random): Buffer {
  const sandbox = bytes.length - at;
  switch (random(6)) {
    case 0:
      return Buffer.from([(bytes[at] ?? 0) ^ (1 << random(8))]);
    case 1:
      return Buffer.from([random(256)]);
    case 2:
      return Buffer.alloc(Math.min(sandbox, 1 + random(64)), random(2) === 0 ? 0 : 0xff);
    case 3: {
      const from = random(bytes.length);
      return Buffer.from(bytes.subarray(from, from + Math.min(sandbox, 1 + random(64))));
    }
    default:
      return numberOf(bytes.length, random).subarray(0, sandbox);
  }
}

/** A number of two, four or eight bytes that is likely to matter: small, large, or about the size of the file. */
function numberOf(size: number, random: Random): Buffer {
  const number = BigInt(random(2) === 0 ? (NUMBERS[random(NUMBERS.length)] ?? 0) : size - 32 + random(64));
  const sign = random(4) === 0 ? -1n : 1n;
  const width = [2, 4, 8][random(3)] ?? 4;
  const buffer = Buffer.alloc(8);
  if (random(2) === 0) {
    buffer.writeBigUInt64LE(BigInt.asUintN(64, sign * number));
    return buffer.subarray(0, width);
  }
  buffer.writeBigUInt64BE(BigInt.asUintN(64, sign * number));
  return buffer.subarray(8 - width);
}
