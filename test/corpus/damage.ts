/** Ways to damage an ELF file of 64 bits, little endian, so that no loader takes it. */

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const NOWHERE = 0x7fff_ffff_f000n;

interface Segment {
  readonly type: number;
  /** Of its header in the file. */
  readonly at: number;
  readonly offset: number;
  readonly size: number;
}

function segments(bytes: Buffer): readonly Segment[] {
  const table = Number(bytes.readBigUInt64LE(32));
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = table + index * bytes.readUInt16LE(54);
    return {
      type: bytes.readUInt32LE(at),
      at,
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function dynamic(bytes: Buffer): Segment {
  const found = segments(bytes).find(({ type }) => type === PT_DYNAMIC);
  if (!found) throw new Error('the file has no dynamic section');
  return found;
}

/** Only so many bytes of it. */
export function cutAt(length: number): (bytes: Buffer) => Buffer {
  return (bytes) => bytes.subarray(0, length);
}

export function cutInHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}

/** In the middle of the list that a loader begins with. */
export function cutInDynamic(bytes: Buffer): Buffer {
  const { offset, size } = dynamic(bytes);
  return bytes.subarray(0, offset + size / 2);
}

/** Just before the end of what is loaded. */
export function cutInLastSegment(bytes: Buffer): Buffer {
  const ends = segments(bytes)
    .filter(({ type }) => type === PT_LOAD)
    .map(({ offset, size }) => offset + size);
  return bytes.subarray(0, Math.max(...ends) - 1);
}

/** The table of segments lies behind the end of the file. */
export function moveSegmentTable(bytes: Buffer): Buffer {
  bytes.writeBigUInt64LE(BigInt(bytes.length), 32);
  return bytes;
}

/** The list that a loader begins with lies where nothing is loaded. */
export function moveDynamic(bytes: Buffer): Buffer {
  bytes.writeBigUInt64LE(NOWHERE, dynamic(bytes).at + 16);
  return bytes;
}

/** The names of symbols and libraries lie nowhere. */
export function moveNames(bytes: Buffer): Buffer {
  const { offset, size } = dynamic(bytes);
  for (let at = offset; at < offset + size; at += 16) {
    if (bytes.readBigUInt64LE(at) === 5n) bytes.writeBigUInt64LE(NOWHERE, at + 8);
  }
  return bytes;
}

/** As some transfers leave a file: of the right size, and with nothing behind its beginning. */
export function zeroBehindStart(bytes: Buffer): Buffer {
  return bytes.fill(0, 4096);
}
