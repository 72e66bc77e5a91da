import type { Readable } from 'node:stream';

/** What one side of a connection said; no data means that it has closed it. */
export interface Frame {
  readonly connection: number;
  readonly data: Buffer;
}

const LENGTH = 4;
const NUMBER = 4;

/** A frame as it is written: length of what follows and number of the connection, 32 bits each, and the data. */
export function frame(connection: number, data: Buffer): Buffer {
  const head = Buffer.alloc(LENGTH + NUMBER);
  head.writeUInt32BE(NUMBER + data.length, 0);
  head.writeUInt32BE(connection, LENGTH);
  return Buffer.concat([head, data]);
}

/** The frames of a stream, however it is cut. A last one that is not whole is left out. */
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
