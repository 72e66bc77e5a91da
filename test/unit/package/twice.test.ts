import { describe, expect, it, jest } from '@jest/globals';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { belowTop, twice } from '../../../src/package/tree.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

describe('belowTop', () => {
  it.each([
    ['rel', ''],
    ['rel/', ''],
    ['rel/bin', 'bin'],
    ['rel/bin/', 'bin'],
    ['rel/bin/web', 'bin/web'],
    ['rel-1/rel-1', 'rel-1'],
  ])('of %s is %j', (name, below) => {
    expect(belowTop(name)).toBe(below);
  });
});

/** Far more than the streams hold by themselves. */
const chunks = Array.from({ length: 200 }, (_, index) => Buffer.alloc(10_000, index));

describe('twice', () => {
  it('gives each reader everything', async () => {
    const [left, right] = twice(Readable.from(chunks));
    const [one, two] = await Promise.all([buffer(left), buffer(right)]);
    expect(one.equals(Buffer.concat(chunks))).toBe(true);
    expect(two.equals(one)).toBe(true);
  });

  it('goes at the pace of the slower', async () => {
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (const chunk of chunks) {
          given += 1;
          yield chunk;
        }
      })(),
    );
    const [left, right] = twice(source);
    const one = buffer(left);
    await sleep(20);
    expect(given).toBeLessThan(chunks.length);
    expect((await buffer(right)).equals(await one)).toBe(true);
  });

  it('ends both with the error of the source', async () => {
    const source = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.from('x'));
        throw new Error('connection reset');
      })(),
    );
    const readers = twice(source).map((reader) => buffer(reader));
    for (const outcome of await Promise.allSettled(readers)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'connection reset' } });
    }
  });

  it('ends the source and the other reader when one fails', async () => {
    const source = Readable.from(chunks);
    const [left, right] = twice(source);
    const other = buffer(right);
    left.destroy(new Error('the disk is full'));
    await expect(other).rejects.toThrow('the disk is full');
    expect(source.destroyed).toBe(true);
  });
});
