import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { indexCommand } from '../../../src/cli/index-command.js';
import { built } from '../distribution/support.js';
import { capturePrinted } from '../support/environment.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const printed = capturePrinted();

const PLAIN = { command: 'index', output: undefined, baseUrl: undefined, commit: undefined, json: false } as const;

describe('indexCommand', () => {
  it('writes into the first directory, and prints the path of every file', async () => {
    const directory = await directoryWith(built());
    await indexCommand({ ...PLAIN, directories: [directory] });
    expect(printed.stdout.split('\n')).toEqual([
      ...['checksums.txt', 'hello-1.0.0-x86_64-unknown-linux-gnu.tar.gz', 'install.sh', 'release.json'].map((name) =>
        path.join(directory, name),
      ),
      '',
    ]);
  });

  it('prints one object with --json', async () => {
    const directory = await directoryWith(built());
    await indexCommand({ ...PLAIN, directories: [directory], json: true });
    expect(JSON.parse(printed.stdout)).toMatchObject({
      index: { releases: [{ name: 'hello', version: '1.0.0' }] },
      files: expect.arrayContaining([path.join(directory, 'release.json')]),
    });
  });

  it('takes a relative output, an address and a commit', async () => {
    const directory = await directoryWith(built());
    const output = await directoryWith();
    await indexCommand({
      ...PLAIN,
      directories: [directory],
      output: path.relative(process.cwd(), output),
      baseUrl: 'https://example.com/1.0.0//',
      commit: '0123abc',
    });
    expect(await readFile(path.join(output, 'install.sh'), 'utf8')).toContain('https://example.com/1.0.0');
    expect(await readFile(path.join(output, 'install.sh'), 'utf8')).not.toContain("https://example.com/1.0.0/'");
    expect(await readFile(path.join(output, 'release.json'), 'utf8')).toContain('0123abc');
  });

  it.each([
    ['an address of another kind', { baseUrl: 'ftp://example.com' }, '--base-url'],
    ['an address with a quote', { baseUrl: "https://example.com/'x" }, '--base-url'],
    ['a commit that is none', { commit: 'main' }, '--commit'],
    ['a commit that is too short', { commit: 'abc123' }, '--commit'],
  ])('refuses %s, and writes nothing', async (_, changes, named) => {
    const directory = await directoryWith(built());
    const error = await errorOf(() => indexCommand({ ...PLAIN, directories: [directory], ...changes }));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2, message: expect.stringContaining(named) });
    await expect(readFile(path.join(directory, 'release.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
