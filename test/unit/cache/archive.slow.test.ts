import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../../../src/cache/archive.js';
import { keptInArchive, withoutLogins } from '../../../src/cache/contents.js';
import type { Kept } from '../../../src/cache/kept.js';
import { openArchive, incompatibilityOf } from '../../../src/cache/read.js';
import { directoryWith, type Tree } from '../support/files.js';
import { archiveOf, entriesOf } from '../support/tar.js';

jest.setTimeout(60_000);
const FACTS = { triple: 'x86_64-unknown-linux-gnu', otp: '27' };
const SECRET = 'planted-secret';
const state: Tree = {
  'src/mix.exs': 'a source',
  'src/priv/table': 'written',
  'src/priv/other': 'a source',
  'src/deps/a/mix.exs': 'x',
  'src/deps/a/.git/config': `[remote "origin"]\n\turl = https://me:${SECRET}@example.com/a\n[http]\n\textraheader = ${SECRET}\n`,
  'src/deps/a/priv/link': { linkTo: '../x' },
  'src/deps/.netrc': SECRET,
  'src/_build/prod/lib/a/ebin/a.beam': Buffer.alloc(9_000_000, 'beam'),
  'src/_build/prod/rel/web/releases/COOKIE': SECRET,
  'home/.cache/tool/x': 'tool',
  'home/.npm/_cacache/x': 'npm',
  'home/.npm/_logs/x': SECRET,
  'home/.netrc': SECRET,
  'record/kept': '{}',
  'record/sent': '',
  'state/hex/hex.config': SECRET,
  'state/hex/cache.ets': SECRET,
  'state/hex/packages/a.tar': 'package',
  'state/rebar3/hex.config': SECRET,
};
const KEPT: Kept = {
  version: 1,
  places: { 'host prod': { deps: '/build/src/deps', build: '/build/src/_build/prod' } },
  outputs: ['priv/table'],
};

async function saved(withBuild = true): Promise<string> {
  const file = path.join(await directoryWith(), 'state.tar.zst');
  await writeArchive(createReadStream(await archiveOf(state)), file, FACTS, keptInArchive(KEPT, withBuild));
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
    const files = names.filter((name) => name.slice('build/'.length) in state);
    expect(files.sort()).toEqual(
      [
        ...['home/.cache/tool/x', 'home/.npm/_cacache/x', 'record/kept', 'record/sent', 'state/hex/packages/a.tar'],
        ...['src/deps/a/.git/config', 'src/deps/a/mix.exs', 'src/deps/a/priv/link', 'src/priv/table'],
        'src/_build/prod/lib/a/ebin/a.beam',
      ]
        .map((name) => `build/${name}`)
        .sort(),
    );
    // Their owners are part of them.
    for (const name of ['src', 'src/priv', 'src/_build', 'home', 'home/.npm']) expect(names).toContain(`build/${name}`);
    expect(names.join('\n')).not.toMatch(/netrc|hex\.config|cache\.ets|\/rel(\/|$)|manifest/m);
  });

  it('leaves compiled code out when told to', async () => {
    expect((await namesIn(await saved(false))).join('\n')).not.toMatch(/_build|priv\/table/);
  });

  it('fails for a stream that breaks off', async () => {
    const whole = await archiveOf(state);
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await expect(writeArchive(createReadStream(whole, { end: 2000 }), file, FACTS, () => true)).rejects.toThrow();
  });
});

describe('incompatibilityOf', () => {
  it.each<[string, (whole: Buffer) => Buffer]>([
    ['breaks off in the middle', (whole) => whole.subarray(0, whole.length / 2)],
    ['lacks its last byte', (whole) => whole.subarray(0, -1)],
    ['is empty', () => Buffer.alloc(0)],
    [
      'has a damaged byte',
      (whole) => whole.fill(~(whole[whole.length >> 1] ?? 0) & 0xff, whole.length >> 1, (whole.length >> 1) + 1),
    ],
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

describe('keptInArchive', () => {
  it.each<[string, boolean]>([
    ['src/deps/a/.ssh/id_rsa', false],
    ['src/deps/a/id_ed25519', false],
    ['home/.netrc', false],
    ['home/.cache/.netrc', false],
    ['src/deps/a/.git/FETCH_HEAD', false],
    ['src/deps/x', true],
    ['src/depsx', false],
    ['src/_build/prod/relx', true],
    ['src/_build/test/lib/x', false],
    ['src/priv/table', true],
  ])('%s: %s', (name, kept) => {
    expect(keptInArchive(KEPT, true)(name, false)).toBe(kept);
  });
});

describe('withoutLogins', () => {
  it('takes logins out of addresses and leaves the rest', () => {
    const config =
      '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:secret@example.com/a\n[credential]\n\thelper = store\n';
    expect(withoutLogins(config)).toBe('[core]\n\tbare = false\n[remote "origin"]\n\turl = https://example.com/a\n');
  });
});
