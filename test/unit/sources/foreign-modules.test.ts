import { describe, expect, it } from '@jest/globals';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { foreignModulesNotes, isProgramOfModule } from '../../../src/sources/foreign-modules.js';
import { findTarget } from '../../../src/targets/find.js';
import { directoryWith, type Tree } from '../support/files.js';

const GNU = findTarget('x86_64-unknown-linux-gnu');
const MUSL = findTarget('x86_64-unknown-linux-musl');
const ARM = findTarget('aarch64-unknown-linux-gnu');
const MAC = Buffer.from('cffaedfe0c00000100000000', 'hex');
const WINDOWS = Buffer.alloc(1024);
WINDOWS.write('MZ');
WINDOWS.writeUInt32LE(0x80, 0x3c);
WINDOWS.write('PE\0\0', 0x80);

/** The notes on files, of which `node` stands for this machine's own Node, a program for glibc. */
async function notes(tree: Tree, own: readonly string[] = [], machine = GNU): Promise<readonly string[]> {
  const root = await directoryWith(tree);
  for (const name of own) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await copyFile('/bin/true', path.join(root, name));
  }
  const programs = [...Object.keys(tree), ...own].filter(isProgramOfModule);
  return foreignModulesNotes(root, programs, machine);
}

describe('foreignModulesNotes', () => {
  it('names each node_modules that was filled on a Mac once, with the way out', async () => {
    const found = await notes({
      'assets/node_modules/@esbuild/darwin-arm64/bin/esbuild': MAC,
      'assets/node_modules/esbuild/bin/esbuild': MAC,
      'assets/node_modules/bcrypt/build/Release/bcrypt.node': MAC,
      'assets/node_modules/a/node_modules/b/b.node': MAC,
      'apps/x/node_modules/y/y.node': WINDOWS,
    });
    expect(found).toEqual([
      expect.stringMatching(/^assets\/node_modules has programs for macOS, .*and 1 more\): run npm ci/),
      expect.stringMatching(/^apps\/x\/node_modules has programs for Windows, .*exclude: \/apps\/x\/node_modules\/$/),
    ]);
  });

  it.each([
    [MUSL, 'Linux with glibc'],
    [ARM, 'Linux on x86_64'],
  ])('names programs for another C library or processor than %o', async (machine, system) => {
    const found = await notes({}, ['node_modules/x/build/Release/x.node'], machine);
    expect(found).toEqual([expect.stringContaining(`node_modules has programs for ${system}, `)]);
  });

  it.each<[string, Tree, readonly string[]]>([
    ['programs that run', {}, ['node_modules/x/build/Release/x.node', 'node_modules/esbuild/bin/esbuild']],
    [
      'a package with programs for all systems',
      { 'node_modules/x/prebuilds/darwin-arm64/x.node': MAC, 'node_modules/x/prebuilds/win32-x64/x.node': WINDOWS },
      ['node_modules/x/prebuilds/linux-x64/x.node'],
    ],
    [
      'packages for several systems side by side',
      {
        'node_modules/@esbuild/darwin-arm64/bin/esbuild': MAC,
        'node_modules/@rollup/rollup-darwin-arm64/x.node': MAC,
        'node_modules/lightningcss-darwin-arm64/x.node': MAC,
      },
      [
        'node_modules/@esbuild/linux-x64/bin/esbuild',
        'node_modules/@rollup/rollup-linux-x64-gnu/x.node',
        'node_modules/lightningcss-linux-x64-gnu/x.node',
      ],
    ],
    [
      'helpers that a package brings for other systems',
      { 'node_modules/node-notifier/vendor/snoreToast/snoretoast.exe': WINDOWS },
      [],
    ],
    ['scripts', { 'node_modules/x/bin/x': '#!/usr/bin/env node\n', 'node_modules/x/bin/empty': '' }, []],
    ['what is no part of node_modules', { 'bin/tool': MAC, 'priv/x.node': MAC }, []],
  ])('has nothing to say of %s', async (_, tree, own) => {
    expect(await notes(tree, own)).toEqual([]);
  });
});
