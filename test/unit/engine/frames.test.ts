import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { separateStreams } from '../../../src/engine/dockerode/frames.js';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function separated(chunks: readonly Buffer[]): Promise<readonly [string, string]> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = Promise.all([buffer(stdout), buffer(stderr)]);
  try {
    await pipeline(Readable.from(chunks), separateStreams(stdout, stderr));
  } finally {
    stdout.end();
    stderr.end();
  }
  const [out, err] = await read;
  return [out.toString(), err.toString()];
}

const WHOLE = Buffer.concat([frame(1, 'one'), frame(2, 'bad'), frame(1, ''), frame(1, 'two\n'), frame(2, '!')]);

describe('separateStreams', () => {
  it('takes them apart, whatever byte they are split at', async () => {
    expect(await separated([])).toEqual(['', '']);
    expect(await separated([WHOLE])).toEqual(['onetwo\n', 'bad!']);
    for (let at = 1; at < WHOLE.length; at += 1) {
      expect(await separated([WHOLE.subarray(0, at), WHOLE.subarray(at)])).toEqual(['onetwo\n', 'bad!']);
    }
    const bytes = [...WHOLE].map((byte) => Buffer.from([byte]));
    expect(await separated(bytes)).toEqual(['onetwo\n', 'bad!']);
  });

  it('fails where they end within a frame, or within what is in front of one', async () => {
    for (const length of [1, 7, 8, 10]) {
      await expect(separated([WHOLE.subarray(0, length)])).rejects.toMatchObject({ code: 'ECONNRESET' });
    }
    expect(await separated([WHOLE.subarray(0, 11)])).toEqual(['one', '']);
  });
});
