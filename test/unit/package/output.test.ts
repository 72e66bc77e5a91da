import { describe, expect, it } from '@jest/globals';
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../../src/errors.js';
import { openWorkbench, outputError, replaceFile, sweepWorkbenches } from '../../../src/package/output.js';
import { errorOf } from '../support/errors.js';
import { dateBy, directoryWith, writeTree } from '../support/files.js';
import { asNobody } from '../support/nobody.js';

describe('openWorkbench', () => {
  it('makes the output directory, a place to work in it, and leaves only the first', async () => {
    const output = path.join(await directoryWith(), 'a/b/out');
    {
      await using workbench = await openWorkbench(output);
      expect(path.dirname(workbench.directory)).toBe(output);
      await writeTree(workbench.directory, { 'half/done': 'x' });
      expect(await readdir(output)).toEqual([path.basename(workbench.directory)]);
      expect(path.basename(workbench.directory)).toMatch(/^\./);
    }
    expect(await readdir(output)).toEqual([]);
  });

  it('leaves what is there already, and two at a time apart', async () => {
    const output = await directoryWith({ old: 'x' });
    const one = await openWorkbench(output);
    const two = await openWorkbench(output);
    expect(one.directory).not.toBe(two.directory);
    await one[Symbol.asyncDispose]();
    expect((await stat(two.directory)).isDirectory()).toBe(true);
    await two[Symbol.asyncDispose]();
    expect(await readdir(output)).toEqual(['old']);
  });

  it('is gone after an error, too', async () => {
    const output = await directoryWith();
    const failing = async (): Promise<void> => {
      await using workbench = await openWorkbench(output);
      await writeFile(path.join(workbench.directory, 'half'), '');
      throw new Error('failed');
    };
    await expect(failing()).rejects.toThrow('failed');
    expect(await readdir(output)).toEqual([]);
  });

  it.each(['file', 'file/below'])('cannot be at %s, where a file is', async (place) => {
    const output = path.join(await directoryWith({ file: 'x' }), place);
    const error = await errorOf(() => openWorkbench(output));
    expect(error).toMatchObject({ code: 'output-not-writable', exitStatus: 8 });
    expect(error.message).toContain(output);
  });
});

describe('sweepWorkbenches', () => {
  const NOW = new Date('2026-03-02T12:00:00Z');
  const OLD = new Date('2026-03-01T11:59:59Z');
  const DAY_AGO = new Date('2026-03-01T12:00:00Z');

  it('removes old ones with all that is in them, and nothing else', async () => {
    const output = await directoryWith({
      '.partial-aB3xY9/old-1/release/bin/web': 'x',
      '.partial-nOWnow/x': '',
      '.partial-x/of a person': '',
      '.partial-aB3xY99/x': '',
      '.partial-ABCDEF': 'a file',
      '.partial-linked': { linkTo: 'web-0.1.0' },
      'web-0.1.0/.partial-aB3xY9/x': '',
      'web-0.1.0.tar.gz': '',
    });
    const names = await readdir(output);
    for (const name of names) await dateBy(path.join(output, name), name === '.partial-nOWnow' ? NOW : OLD);
    expect(await sweepWorkbenches(output, DAY_AGO)).toEqual({
      removed: [path.join(output, '.partial-aB3xY9')],
      left: [],
    });
    expect(await readdir(output)).toEqual(names.filter((name) => name !== '.partial-aB3xY9'));
    expect(await readdir(path.join(output, 'web-0.1.0'))).toEqual(['.partial-aB3xY9']);
  });

  it('knows what this program makes', async () => {
    const output = await directoryWith();
    const { directory } = await openWorkbench(output);
    expect((await sweepWorkbenches(output, new Date(Date.now() - 1000))).removed).toEqual([]);
    expect((await sweepWorkbenches(output, new Date(Date.now() + 1000))).removed).toEqual([directory]);
    expect(await readdir(output)).toEqual([]);
  });

  it('says what cannot be removed, and goes on', async () => {
    const output = await directoryWith({ '.partial-aaaaaa/x': '', '.partial-bbbbbb': { directory: true } });
    await chmod(output, 0o777);
    const soon = new Date(Date.now() + 1000);
    const { removed, left } = await asNobody(() => sweepWorkbenches(output, soon));
    expect(removed).toEqual([path.join(output, '.partial-bbbbbb')]);
    expect(left).toEqual([expect.stringMatching(/\.partial-aaaaaa: .*EACCES/)]);
  });
});

describe('putInPlace', () => {
  it.each(['nothing', 'a file', 'a directory'])('puts a file where %s is', async (before) => {
    const root = await directoryWith({
      'made/new': 'new',
      ...(before === 'a file' ? { place: 'old' } : {}),
      ...(before === 'a directory' ? { 'place/old': 'old' } : {}),
    });
    await replaceFile(path.join(root, 'made/new'), path.join(root, 'place'));
    expect(await readFile(path.join(root, 'place'), 'utf8')).toBe('new');
    expect(await readdir(path.join(root, 'made'))).toEqual([]);
  });

  it.each(['nothing', 'a file', 'a directory'])('puts a directory where %s is', async (before) => {
    const root = await directoryWith({
      'made/new': 'new',
      ...(before === 'a file' ? { place: 'old' } : {}),
      ...(before === 'a directory' ? { 'place/old': 'old' } : {}),
    });
    await replaceFile(path.join(root, 'made'), path.join(root, 'place'));
    expect(await readdir(path.join(root, 'place'))).toEqual(['new']);
    expect(await readdir(root)).toEqual(['place']);
  });
});

describe('outputError', () => {
  it.each([
    ['ENOSPC', 'output-disk-full'],
    ['EDQUOT', 'output-disk-full'],
    ['EACCES', 'output-not-writable'],
    ['EROFS', 'output-not-writable'],
    ['ENOTDIR', 'output-not-writable'],
  ])('of %s is %s', (systemCode, code) => {
    const cause = Object.assign(new Error('write failed'), { code: systemCode });
    const error = outputError(cause, '/some/out');
    expect(error).toMatchObject({ code, exitStatus: 8, cause });
    expect(error.message).toContain('/some/out');
    expect(error.next).toContain('output');
  });

  it('leaves an error of ours as it is', () => {
    const error = new MixReleaseError('engine-connection-lost', { what: 'w', next: 'n' });
    expect(outputError(error, '/some/out')).toBe(error);
  });
});
