import { describe, expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { WORKFLOW_ONLY, withConfigFile } from '../../../../src/options/file/config-file.js';
import { readRequests } from '../../../../src/options/request.js';
import type { RawOptions } from '../../../../src/options/table.js';
import { errorOf } from '../../support/errors.js';
import { directoryWith, type Tree } from '../../support/files.js';

/** What the options come to, and what was noted. */
async function merged(
  tree: Tree,
  given: RawOptions = {},
  by: 'action' | 'command' = 'command',
): Promise<{ readonly options: RawOptions; readonly notes: readonly string[] }> {
  const checkout = await directoryWith(tree);
  const notes: string[] = [];
  const options = await withConfigFile(given, { checkout, cwd: '/', by, note: (text) => notes.push(text) });
  return { options, notes };
}

const file = (text: string): Tree => ({ 'mix-release.toml': text });

describe('withConfigFile', () => {
  it('leaves options as they are where there is no file', async () => {
    expect(await merged({}, { os: 'a', packages: '' })).toEqual({ options: { os: 'a', packages: '' }, notes: [] });
  });

  it('adds the options of the file, and notes which', async () => {
    expect(await merged(file('os = "a"\ncache = "deps"'), { target: ['x'] })).toEqual({
      options: { target: ['x'], os: 'a', cache: 'deps' },
      notes: ['mix-release.toml sets os, cache'],
    });
  });

  it.each(['action', 'command'] as const)('lets what was given win for the %s, option by option', async (by) => {
    const text = 'packages = ["a"]\nown-base = true\ncache = "false"\n[target."*-musl"]\npackages = ["b"]';
    const given = { packages: 'c', 'own-base': 'false', cache: 'true' };
    expect(await merged(file(text), given, by)).toEqual({ options: given, notes: [] });
  });

  it.each([{ os: '' }, { os: ' \n' }, { os: [''] }, { os: [] }])('takes %j for nothing given', async (given) => {
    expect((await merged(file('os = "a"'), given)).options).toEqual({ os: 'a' });
  });

  it('lets a flag that is off win', async () => {
    expect((await merged(file('own-base = true'), { 'own-base': false })).options).toEqual({ 'own-base': false });
  });

  it.each([
    ['smoke-env = ["A=1"]\nsmoke-timeout = 9\nos = "a"', { 'smoke-test': 'off' }, { 'smoke-test': 'off', os: 'a' }],
    ['allow-libraries = "a.so"', { audit: 'OFF' }, { audit: 'OFF' }],
  ])('leaves out of %j what %j switches off', async (text, given, options) => {
    expect((await merged(file(text), given)).options).toEqual(options);
  });

  it('keeps a contradiction that the file has in itself', async () => {
    const text = 'smoke-test = "off"\nsmoke-timeout = 9';
    expect((await merged(file(text))).options).toEqual({ 'smoke-test': 'off', 'smoke-timeout': '9' });
  });

  it.each(WORKFLOW_ONLY)('has %s of the file in a workflow alone', async (name) => {
    const value = ['artifact-name'].includes(name)
      ? '"a"'
      : ['retention-days', 'compression-level'].includes(name)
        ? '3'
        : 'true';
    expect(Object.keys((await merged(file(`${name} = ${value}`), {}, 'action')).options)).toEqual([name]);
    expect((await merged(file(`${name} = ${value}`))).options).toEqual({});
  });

  it.each([
    [{ 'a/mix-release.toml': 'os = "own"', 'mix-release.toml': 'os = "root"' }, 'own', 'a/mix-release.toml sets os'],
    [{ 'a/mix.exs': '', 'mix-release.toml': 'os = "root"' }, 'root', 'mix-release.toml sets os'],
    [{ 'mix-release.toml': 'os = "root"' }, 'root', 'mix-release.toml sets os'],
  ])('reads the nearest file of %j', async (tree, os, note) => {
    const { options, notes } = await merged(tree, { 'working-directory': 'a' });
    expect({ os: options.os, notes }).toEqual({ os, notes: [note] });
  });

  it('takes working-directory from the root alone', async () => {
    expect((await merged(file('working-directory = "a"'))).options).toEqual({ 'working-directory': 'a' });
    const error = await errorOf(() =>
      merged({ 'a/mix-release.toml': 'working-directory = "b"' }, { 'working-directory': 'a' }),
    );
    expect(error).toMatchObject({ code: 'bad-config-file' });
    expect(error.message).toContain('a/mix-release.toml sets working-directory');
  });

  it('reads no file outside the checkout', async () => {
    const outer = await directoryWith({ 'mix-release.toml': 'os = "outer"', 'in/mix.exs': '' });
    const place = { checkout: 'in', cwd: outer, by: 'command', note: () => undefined } as const;
    expect(await withConfigFile({ 'working-directory': '..' }, place)).toEqual({ 'working-directory': '..' });
  });

  it('refuses a file that is a directory, and one that is not UTF-8', async () => {
    const checkout = await directoryWith();
    await mkdir(path.join(checkout, 'mix-release.toml'));
    const place = { checkout, cwd: '/', by: 'command', note: () => undefined } as const;
    expect((await errorOf(() => withConfigFile({}, place))).message).toContain('mix-release.toml cannot be read');
    const error = await errorOf(() => merged({ 'mix-release.toml': Buffer.from([0x6f, 0xff]) }));
    expect(error.message).toContain('mix-release.toml is not UTF-8');
  });

  it('gives what the same options on the command line give', async () => {
    const text = `
targets = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-musl"]
packages = ["a"]
env = ["A=1"]
smoke-timeout = 9
before-release = ["mix one", "mix two"]
[target."*-musl"]
os = "alpine:3.22"
packages = ["b"]`;
    const checkout = await directoryWith({ 'mix.exs': '', 'mix-release.toml': text });
    const from = { checkout, cwd: checkout, env: {} };
    const raw: RawOptions = {
      target: ['x86_64-unknown-linux-gnu', 'aarch64-unknown-linux-musl'],
      packages: ['a', '*-musl => b'],
      env: ['A=1'],
      'smoke-timeout': '9',
      'before-release': 'mix one\nmix two',
      os: ['*-musl => alpine:3.22'],
    };
    const ofFile = await withConfigFile({}, { ...from, by: 'command', note: () => undefined });
    expect(await readRequests(ofFile, from)).toEqual(await readRequests(raw, from));
  });
});
