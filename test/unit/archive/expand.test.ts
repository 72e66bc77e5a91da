import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expanded } from '../../../src/archive/expand.js';
import { directoryWith } from '../support/files.js';

async function contentOf(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of expanded(file)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function expandedOf(...parts: readonly Buffer[]): Promise<string> {
  const file = path.join(await directoryWith(), 'x');
  await writeFile(file, Buffer.concat(parts));
  return (await contentOf(file)).toString();
}

/** A frame that readers pass over: RFC 8878, section 3.1.2. */
function skippable(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + kind, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

const frame = (text: string): Buffer => zstdCompressSync(text);

describe('expanded', () => {
  it.each<[string, readonly Buffer[]]>([
    ['plain', [Buffer.from('one, two')]],
    ['gzip', [gzipSync('one, two')]],
    ['one frame', [frame('one, two')]],
    ['several frames', [frame('one'), frame(', '), frame(''), frame('two')]],
    ['a frame to skip first, as pzstd writes them', [skippable(0, Buffer.alloc(4)), frame('one, two')]],
    [
      'frames to skip throughout',
      [skippable(3, frame('x')), frame('one, '), skippable(15, Buffer.of(1)), frame('two')],
    ],
    ['a table of places last', [frame('one, two'), skippable(14, Buffer.alloc(17))]],
    ['an empty frame to skip', [frame('one, '), skippable(0, Buffer.alloc(0)), frame('two')]],
    ['a large frame to skip', [skippable(7, Buffer.alloc(9_000_000, 1)), frame('one, two')]],
  ])('is the content of %s', async (_, parts) => {
    expect(await expandedOf(...parts)).toBe('one, two');
  });

  it('is what the command gives', async () => {
    const directory = await directoryWith({ x: Buffer.alloc(300_000, 'text') });
    execFileSync('zstd', ['-q', 'x'], { cwd: directory });
    expect(await contentOf(path.join(directory, 'x.zst'))).toEqual(await readFile(path.join(directory, 'x')));
  });

  it.each<[string, readonly Buffer[], RegExp]>([
    ['breaks off in a frame', [frame('one, two').subarray(0, -3)], /is truncated/],
    ['breaks off in a frame to skip', [frame('one'), skippable(0, Buffer.alloc(9)).subarray(0, -1)], /is truncated/],
    ['breaks off in the head of one', [frame('one'), skippable(0, Buffer.alloc(0)).subarray(0, 6)], /is truncated/],
    ['has something else behind a frame', [frame('one'), Buffer.from('something')], /no frame of zstd/],
    ['has something else behind a frame to skip', [skippable(1, Buffer.of(1)), Buffer.from('something')], /no frame/],
  ])('fails for one that %s', async (_, parts, why) => {
    await expect(expandedOf(...parts)).rejects.toThrow(why);
  });
});
