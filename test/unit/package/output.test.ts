import { describe, expect, it } from '@jest/globals';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../../src/errors.js';
import { openWorkbench, outputError, replaceFile } from '../../../src/package/output.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, writeTree } from '../support/files.js';

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
