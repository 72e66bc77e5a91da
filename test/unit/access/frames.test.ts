import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { frame, readFrames } from '../../../src/access/frames.js';

async function read(chunks: readonly Buffer[]): Promise<readonly (readonly [number, string])[]> {
  const frames: [number, string][] = [];
  for await (const { connection, data } of readFrames(Readable.from(chunks, { objectMode: true }))) {
    frames.push([connection, data.toString('latin1')]);
  }
  return frames;
}

describe('frames', () => {
  const written = [frame(1, Buffer.from('one')), frame(70_000, Buffer.from([0, 255])), frame(1, Buffer.alloc(0))];
  const wanted = [
    [1, 'one'],
    [70_000, '\0\u00ff'],
    [1, ''],
  ];

  it('are read as they were written', async () => {
    expect(await read(written)).toEqual(wanted);
  });

  it.each([1, 2, 3, 5, 7, 100])('are read in pieces of %i bytes', async (size) => {
    const whole = Buffer.concat(written);
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    );
    expect(await read(pieces)).toEqual(wanted);
  });

  it('leave out what is not whole', async () => {
    expect(await read([frame(1, Buffer.from('one')), frame(2, Buffer.from('two')).subarray(0, 9)])).toEqual([
      [1, 'one'],
    ]);
  });
});
