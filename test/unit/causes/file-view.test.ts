import { describe, expect, it } from '@jest/globals';
import { viewOf } from '../../../src/causes/file-view.js';
import { directoryWith } from '../support/files.js';

const ROOT = '/smoke/release';
const elf = (bits: number, machine: number): Buffer =>
  Buffer.concat([
    Buffer.from(`\x7fELF${String.fromCharCode(bits === 64 ? 2 : 1)}\x01\x01`, 'latin1'),
    Buffer.alloc(9),
    Buffer.from([3, 0, machine, 0, 1, 0, 0, 0]),
    Buffer.alloc(64),
  ]);

describe('viewOf', () => {
  it.each([
    ['an absent file', '/smoke/release/lib/none.so', { kind: 'missing' }],
    ['a directory', '/smoke/release/lib', { kind: 'directory' }],
    ['an object', '/smoke/release/lib/arm.so', { kind: 'elf', machine: 'aarch64', bits: 64 }],
    ['an object of 32 bits', '/smoke/release/lib/x86.so', { kind: 'elf', machine: '386', bits: 32 }],
    ['a pointer of Git LFS', '/smoke/release/lib/lfs.so', { kind: 'lfs-pointer' }],
    ['a script', '/smoke/release/bin/app', { kind: 'other', crlf: false, executable: true }],
    ['a script with CR LF', '/smoke/release/bin/crlf', { kind: 'other', crlf: true, executable: false }],
    ['an empty file', '/smoke/release/bin/empty', { kind: 'other', crlf: false, executable: false }],
    ['a path with dots', '/smoke/release/releases/1/../../bin/app', { kind: 'other', crlf: false, executable: true }],
    ['a link inside', '/smoke/release/bin/link', { kind: 'other', crlf: false, executable: true }],
    ['a link that leads nowhere', '/smoke/release/bin/lost', { kind: 'missing' }],
    ['a file outside', '/etc/passwd', undefined],
    ['a file outside by dots', '/smoke/release/../../etc/passwd', undefined],
    ['a file outside by a link', '/smoke/release/bin/out', undefined],
    ['no path', '/smoke/release/a\0b', undefined],
    ['a path that is too long', `/smoke/release/${'x'.repeat(5000)}`, { kind: 'missing' }],
  ])('says what %s is', async (_, file, fact) => {
    const directory = await directoryWith({
      'lib/arm.so': elf(64, 183),
      'lib/x86.so': elf(32, 3),
      'lib/lfs.so': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'bin/app': { content: '#!/bin/sh\n', mode: 0o755 },
      'bin/crlf': { content: '#!/bin/sh\r\n', mode: 0o644 },
      'bin/empty': { content: '', mode: 0o644 },
      'bin/link': { linkTo: 'app' },
      'bin/lost': { linkTo: 'nobody' },
      'bin/out': { linkTo: '/etc/passwd' },
    });
    expect(viewOf(directory, ROOT).at(file)).toEqual(fact);
  });

  it('reads a line of a file, and none that is not there', async () => {
    const view = viewOf(await directoryWith({ 'releases/1/runtime.exs': 'one\ntwo\n' }), ROOT);
    expect(view.line('/smoke/release/releases/1/runtime.exs', 2)).toBe('two');
    expect(view.line('/smoke/release/releases/1/runtime.exs', 9)).toBeUndefined();
    expect(view.line('/smoke/release/releases', 1)).toBeUndefined();
    expect(view.line('/smoke/release/none', 1)).toBeUndefined();
    expect(view.line('/etc/passwd', 1)).toBeUndefined();
  });

  it('knows the modules of a release', async () => {
    const view = viewOf(await directoryWith({ 'lib/ssl-11/ebin/ssl.beam': '' }), ROOT);
    expect(view.hasModule('ssl')).toBe(true);
    expect(view.hasModule('ssh')).toBe(false);
    expect(viewOf(await directoryWith({}), ROOT).hasModule('ssl')).toBe(false);
  });

  it('finds the link that leads to a path, wherever it lies', async () => {
    const view = viewOf(
      await directoryWith({
        'apps/web/priv/uploads': { linkTo: '/var/www/uploads' },
        'apps/web/priv/logo.svg': { linkTo: '../../../assets/logo.svg' },
        'deps/x/priv/data': { linkTo: '/data' },
      }),
      '/build/src',
    );
    expect(view.linkTo('/var/www/uploads')).toBe('apps/web/priv/uploads');
    expect(view.linkTo('/build/src/assets/logo.svg')).toBe('apps/web/priv/logo.svg');
    expect(view.linkTo('/data')).toBeUndefined();
    expect(view.linkTo('/var')).toBeUndefined();
  });
});
