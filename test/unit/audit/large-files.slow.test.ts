import { expect, it } from '@jest/globals';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { archiveOf, headerOf, END, paddingAfter } from '../../../src/archive/write.js';
import { FORMATS } from '../../../src/package/format.js';
import { compressInto } from '../../../src/package/tarball.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { auditedPlace, GNU, nif } from './support/releases.js';

const SIZE = 1100 * 1024 ** 2;
const PIECE = Buffer.alloc(1 << 20);
const FILE = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'File' } as const;

/** A tar archive of a release with one large file of zeros, as a stream. */
async function* largeRelease(): AsyncGenerator<Buffer, void> {
  const content = Buffer.from('15.2.7 0.1.0');
  for await (const chunk of archiveOf([{ ...FILE, path: 'releases/start_erl.data', size: content.length, content }])) {
    yield chunk.subarray(0, chunk.length - END.length);
  }
  yield headerOf({ ...FILE, path: 'lib/web-0.1.0/priv/model.bin', size: SIZE });
  for (let at = 0; at < SIZE; at += PIECE.length) yield PIECE;
  yield paddingAfter(SIZE);
  yield END;
}

/** The bytes that buffers take at most while something runs, beyond what they take before. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

it.each(FORMATS)(
  'a tarball as %s with a file of more than 1 GiB is audited, and the file is not held in memory',
  async (format) => {
    const tarball = path.join(await directoryWith(), `x.${format}`);
    await compressInto(tarball, largeRelease(), format);
    const used = await memoryOf(async () => {
      expect(await auditedPlace(tarball, { target: GNU })).toMatchObject({ verdict: 'pass', findings: [] });
    });
    expect(used).toBeLessThan(256 * 1024 ** 2);
  },
  120_000,
);

it('a native binary of more than 1 GiB in a tarball is refused', async () => {
  const archive = path.join(await directoryWith(), 'x.tar');
  await writeFile(archive, Buffer.concat([headerOf({ ...FILE, path: 'lib/x.so', size: SIZE }), nif()]));
  await truncate(archive, 512 + SIZE + END.length);
  const error = await errorOf(() => auditedPlace(archive, { target: GNU }));
  expect([error.code, error.message]).toEqual(['bad-archive', expect.stringContaining('of more than 1 GiB, lib/x.so')]);
}, 60_000);
