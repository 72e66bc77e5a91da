import { describe, expect, it, jest } from '@jest/globals';
import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { packFiles } from '../../../src/archive/files.js';
import { entriesOf, extracted, saved } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

describe('packFiles', () => {
  it.each([
    ['plain', 'Dockerfile', 'FROM scratch\n'],
    ['empty', 'empty', ''],
    ['of UTF-8', 'grüße.txt', 'grüße, 日本語\n'],
    ['of exactly one block', 'block', 'x'.repeat(512)],
    ['of many blocks', 'blocks', 'line\n'.repeat(100_000)],
    ['with a long path', `${'d'.repeat(120)}/${'f'.repeat(140)}`, 'x'],
  ])('gives a file that is %s', async (_, name, text) => {
    const directory = await extracted(await saved(packFiles([{ path: name, text }])));
    expect(await readFile(path.join(directory, name), 'utf8')).toBe(text);
    expect((await lstat(path.join(directory, name))).mode & 0o777).toBe(0o644);
  });

  it.each(['/build/state/deps', '../up', 'ü'.repeat(70)])('gives a link to %s', async (linkTo) => {
    const directory = await extracted(await saved(packFiles([{ path: 'link', linkTo }])));
    expect(await readlink(path.join(directory, 'link'))).toBe(linkTo);
  });

  it('gives files in their order, owned by root or by whom was asked for', async () => {
    const archive = await saved(
      packFiles([
        { path: 'b', text: 'x' },
        { path: 'a', text: 'x', uid: 10001, gid: 10002 },
        { path: 'c', linkTo: 'a' },
      ]),
    );
    const entries = await entriesOf(archive);
    expect(entries.map(({ name, owner, linkTo }) => [name, owner, linkTo])).toEqual([
      ['b', '0/0', undefined],
      ['a', '10001/10002', undefined],
      ['c', '0/0', 'a'],
    ]);
  });

  it.each([1, 4, 5, 6, 100])('gives %i files', async (count) => {
    const files = Array.from({ length: count }, (_, index) => ({ path: `f${String(index)}`, text: 'x'.repeat(5000) }));
    expect((await entriesOf(await saved(packFiles(files)))).map(({ name }) => name)).toEqual(
      files.map((file) => file.path),
    );
  });

  it('dates files by now', async () => {
    const [entry] = await entriesOf(await saved(packFiles([{ path: 'a', text: '' }])));
    const age = Date.now() - Date.parse(`${entry?.time ?? ''}Z`);
    expect(age).toBeGreaterThan(-2_000);
    expect(age).toBeLessThan(60_000);
  });
});
