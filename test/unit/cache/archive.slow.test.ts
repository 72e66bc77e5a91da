import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../../../src/cache/archive.js';
import { isKept, withoutLogins } from '../../../src/cache/contents.js';
import { openArchive, incompatibilityOf } from '../../../src/cache/read.js';
import { directoryWith, type Tree } from '../support/files.js';
import { archiveOf, entriesOf } from '../support/tar.js';

jest.setTimeout(60_000);
const FACTS = { triple: 'x86_64-unknown-linux-gnu', otp: '27' };
const SECRET = 'planted-secret';
const state: Tree = {
  'deps/a/mix.exs': 'x',
  'deps/a/.git/config': `[remote "origin"]\n\turl = https://me:${SECRET}@example.com/a\n[http]\n\textraheader = ${SECRET}\n`,
  'deps/a/priv/link': { linkTo: '../x' },
  'deps/.netrc': SECRET,
  'hex/hex.config': SECRET,
  'hex/cache.ets': SECRET,
  'hex/packages/a.tar': 'package',
  'rebar3/hex.config': SECRET,
  'build/prod/lib/a/ebin/a.beam': Buffer.alloc(9_000_000, 'beam'),
  'build/prod/rel/web/releases/COOKIE': SECRET,
};

async function saved(withBuild = true): Promise<string> {
  const file = path.join(await directoryWith(), 'state.tar.zst');
  await writeArchive(createReadStream(await archiveOf(state)), file, FACTS, withBuild);
  return file;
}

/** Names in a state, as they would be unpacked. */
async function namesIn(file: string): Promise<readonly string[]> {
  const plain = path.join(await directoryWith(), 'state.tar');
  await pipeline(openArchive(file), createWriteStream(plain));
  expect((await readFile(plain)).includes(SECRET)).toBe(false);
  return (await entriesOf(plain)).map(({ name }) => name);
}

describe('writeArchive', () => {
  it('keeps dependencies, packages and compiled code, and no release or credential', async () => {
    const file = await saved();
    expect(await incompatibilityOf(file, FACTS)).toBeUndefined();
    const names = await namesIn(file);
    for (const name of ['deps/a/mix.exs', 'deps/a/priv/link', 'hex/packages/a.tar', 'build/prod/lib/a/ebin/a.beam']) {
      expect(names).toContain(`state/${name}`);
    }
    expect(names.join('\n')).not.toMatch(/netrc|hex\.config|cache\.ets|\/rel(\/|$)|manifest/m);
  });

  it('leaves compiled code out when told to', async () => {
    expect((await namesIn(await saved(false))).join('\n')).not.toContain('build');
  });

  it('fails for a stream that breaks off', async () => {
    const whole = await archiveOf(state);
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await expect(writeArchive(createReadStream(whole, { end: 2000 }), file, FACTS, true)).rejects.toThrow();
  });
});

describe('incompatibilityOf', () => {
  it.each<[string, (whole: Buffer) => Buffer]>([
    ['breaks off in the middle', (whole) => whole.subarray(0, whole.length / 2)],
    ['lacks its last byte', (whole) => whole.subarray(0, -1)],
    ['is empty', () => Buffer.alloc(0)],
    ['has a damaged byte', (whole) => whole.fill(0xff, whole.length >> 1, (whole.length >> 1) + 1)],
    ['is something else', () => Buffer.from('hello, world')],
  ])('throws a state away that %s', async (_, damage) => {
    const file = await saved();
    await writeFile(file, damage(await readFile(file)));
    expect(await incompatibilityOf(file, FACTS)).toMatch(/\w/);
  });

  it('throws a state of other versions away', async () => {
    expect(await incompatibilityOf(await saved(), { ...FACTS, otp: '28' })).toBe('its otp is 27, and not 28');
  });
});

describe('isKept', () => {
  it.each([
    'deps/a/.ssh/id_rsa',
    'deps/a/id_ed25519',
    '.netrc',
    'home/.netrc',
    'deps/a/.git/FETCH_HEAD',
    'hex',
    'deps/x',
  ])('%s', (name) => {
    expect([name, isKept(name, true)]).toEqual([name, ['hex', 'deps/x'].includes(name)]);
  });
});

describe('withoutLogins', () => {
  it('takes logins out of addresses and leaves the rest', () => {
    const config =
      '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:secret@example.com/a\n[credential]\n\thelper = store\n';
    expect(withoutLogins(config)).toBe('[core]\n\tbare = false\n[remote "origin"]\n\turl = https://example.com/a\n');
  });
});
