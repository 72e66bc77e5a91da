import { beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { virtualEntry } from '../../../src/archive/files.js';
import { archiveOf } from '../../../src/archive/write.js';
import { diffCommand } from '../../../src/cli/diff-command.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { directoryWith, type Tree } from '../support/files.js';

keepEnvironment();
const printed = capturePrinted();

beforeEach(() => {
  process.exitCode = undefined;
});

const TREE: Tree = { 'bin/web': '#!/bin/sh\n', 'releases/start_erl.data': '15.2.7 0.1.0\n' };

async function diff(one: string, other: string, json = false): Promise<void> {
  await diffCommand({ command: 'diff', releases: [one, other], json });
}

/** A tarball of two files, in an order and with a compression. */
async function tarballs(...archives: readonly (readonly [names: readonly string[], level: number])[]) {
  const tree: Record<string, Buffer> = {};
  for (const [at, [names, level]] of archives.entries()) {
    const entries = names.map((name) => virtualEntry({ path: name, text: name }, new Date(0)));
    const chunks = await Readable.from(archiveOf(entries)).toArray();
    tree[`${String(at)}.tar.gz`] = gzipSync(Buffer.concat(chunks as Buffer[]), { level });
  }
  const directory = await directoryWith(tree);
  return archives.map((_, at) => path.join(directory, `${String(at)}.tar.gz`));
}

describe('diffCommand', () => {
  it('prints nothing of equal releases', async () => {
    await diff(await directoryWith(TREE), await directoryWith(TREE));
    expect(printed.stdout).toBe('');
    expect(process.exitCode).toBeUndefined();
  });

  it('says with --json that they are equal', async () => {
    await diff(await directoryWith(TREE), await directoryWith(TREE), true);
    expect(printed.stdout).toBe('{"same":true,"differences":[]}\n');
    expect(process.exitCode).toBeUndefined();
  });

  it('prints a line a difference, and ends with 1', async () => {
    const other = { ...TREE, 'bin/web': '#!/bin/bash\n', 'bin/more': 'x' };
    await diff(await directoryWith(TREE), await directoryWith(other));
    const lines = printed.stdout.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^bin\/more: /);
    expect(lines[1]).toMatch(/^bin\/web: /);
    expect(process.exitCode).toBe(1);
  });

  it('prints one object with --json', async () => {
    await diff(await directoryWith(TREE), await directoryWith({ ...TREE, 'bin/web': 'x' }), true);
    expect(JSON.parse(printed.stdout)).toMatchObject({ same: false, differences: [{ path: 'bin/web' }] });
    expect(process.exitCode).toBe(1);
  });

  it('says that tarballs of equal entries are other bytes', async () => {
    const [one = '', other = ''] = await tarballs([['a', 'b'], 9], [['a', 'b'], 0]);
    await diff(one, other);
    expect(printed.stdout).toBe('.: archive: all entries are equal, but their order or the compression differs\n');
    expect(process.exitCode).toBe(1);
  });

  it('says nothing of tarballs of the same bytes', async () => {
    const [one = '', other = ''] = await tarballs([['a', 'b'], 9], [['a', 'b'], 9]);
    await diff(one, other);
    expect(printed.stdout).toBe('');
  });
});
