import { describe, expect, it } from '@jest/globals';
import { packRelease } from '../../../src/smoke/pack.js';
import { programOf } from '../../../src/smoke/program.js';
import { releaseFiles } from '../../../src/smoke/release-files.js';
import { directoryWith } from '../support/files.js';
import { entriesOf, saved } from '../support/tar.js';

describe('packRelease', () => {
  it('gives everything to root, with the modes that it ships with', async () => {
    const directory = await directoryWith({
      'bin/app': { content: 'x', mode: 0o755 },
      'priv/key': { content: 'x', mode: 0o600 },
      'priv/open': { content: 'x', mode: 0o644 },
      'priv/sealed': { directory: true, mode: 0o2770 },
      current: { linkTo: 'bin/app' },
      outside: { linkTo: '/etc/passwd' },
    });
    const entries = await entriesOf(await saved(packRelease(directory, 'release')));
    expect(entries.every(({ owner }) => owner === '0/0')).toBe(true);
    const modes = Object.fromEntries(entries.map(({ name, mode, linkTo }) => [name, linkTo ?? mode]));
    expect(modes).toMatchObject({
      'release/bin/app': '-rwxr-xr-x',
      'release/priv/key': '-rw-------',
      'release/priv/open': '-rw-r--r--',
      'release/priv/sealed': 'drwxrws---',
      'release/current': 'bin/app',
      'release/outside': '/etc/passwd',
    });
  });
});

describe('releaseFiles', () => {
  it('sees the Erlang, the program and the cookie', async () => {
    const directory = await directoryWith({ 'erts-15.2.7/bin/erl': '', 'bin/app': '', 'releases/COOKIE': 'x' });
    expect(await releaseFiles(directory, 'app')).toEqual({ erts: '15.2.7', script: true, cookie: true });
  });

  it('sees that they are not there', async () => {
    const directory = await directoryWith({ 'bin/other': '', 'bin/app/file': '' });
    expect(await releaseFiles(directory, 'app')).toEqual({ erts: undefined, script: false, cookie: false });
  });
});

describe('programOf', () => {
  const files = { erts: '15.2.7', script: true, cookie: true };

  it('is bin/NAME where that is there', () => {
    const program = programOf('app', '1.0.0', files);
    expect(program.argv('eval', '1 + 1')).toEqual(['/smoke/release/bin/app', 'eval', '1 + 1']);
    expect(program.hasNodeCommands).toBe(true);
  });

  it('is the Erlang of the release, or that of the image, where it is not', () => {
    const program = programOf('app', '1.0.0', { ...files, script: false });
    expect(program.argv('start')).toContain('/smoke/release/erts-15.2.7/bin/erl');
    expect(program.argv('start')).toContain('/smoke/release/releases/1.0.0/start');
    expect(program.argv('eval', '1 + 1').slice(-3)).toEqual(['-extra', '--eval', '1 + 1']);
    expect(program.hasNodeCommands).toBe(false);
    expect(programOf('app', '1', { ...files, erts: undefined, script: false }).argv('start')).toContain('erl');
  });
});
