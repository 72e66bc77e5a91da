import type { Readable } from 'node:stream';

/** Data from one side of a connection; an empty frame means that it was closed. */
export interface Frame {
  readonly connection: number;
  readonly data: Buffer;
}

const LENGTH = 4;
const NUMBER = 4;

/** Encodes a frame: the length of the rest and the connection's number, 32 bits each, and the data. */
export function frame(connection: number, data: Buffer): Buffer {
  const head = Buffer.alloc(LENGTH + NUMBER);
  head.writeUInt32BE(NUMBER + data.length, 0);
  head.writeUInt32BE(connection, LENGTH);
  return Buffer.concat([head, data]);
}

/** The frames of a stream, independent of its chunks. An incomplete last frame is ignored. */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < LENGTH) break;
      const end = LENGTH + rest.readUInt32BE(0);
      if (rest.length < end) break;
      yield { connection: rest.readUInt32BE(LENGTH), data: rest.subarray(LENGTH + NUMBER, end) };
      rest = rest.subarray(end);
    }
  }
}
