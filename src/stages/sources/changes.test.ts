import { describe, expect, it } from '@jest/globals';
import { NOTHING_KEPT } from '../../cache/kept.js';
import type { SourceEntry } from '../../sources/contents.js';
import { changesOf } from './changes.js';
import type { Checkout, Present } from './look.js';
import type { SentFile } from './sent-files.js';

const entry = (digest: string, changes: Partial<SourceEntry> = {}): SourceEntry => ({
  ...{ kind: 'file', size: 1, mtimeMs: 5, mode: 0o644, file: '/x', digest },
  ...changes,
});
const directory = entry('', { kind: 'directory', mode: 0o755 });
const link = (digest: string): SourceEntry => entry(digest, { kind: 'link', mode: 0o777 });

/** The checkout after these sources were sent, at second 1000. */
function afterSending(wanted: ReadonlyMap<string, SourceEntry>): Checkout {
  const present = new Map<string, Present>();
  const sent = new Map<string, SentFile>();
  for (const [name, { kind, mode, digest }] of wanted) {
    const status = { inode: `1${String(present.size)}`, ctime: '1001.5', size: '1', mode: mode.toString(8) };
    present.set(name, { kind, ...status });
    if (kind !== 'directory') sent.set(name, { ...status, mtime: 1000, digest, isLink: kind === 'link' });
  }
  return { sent, kept: NOTHING_KEPT, present };
}

const SOURCES = new Map([
  ['lib', directory],
  ['lib/a.ex', entry('a')],
  ['lib/b.ex', entry('b')],
  ['mix.exs', entry('m')],
]);

const changed = (changes: Readonly<Record<string, SourceEntry | undefined>>): ReadonlyMap<string, SourceEntry> =>
  new Map(
    Object.entries({ ...Object.fromEntries(SOURCES), ...changes }).flatMap(([name, each]) =>
      each ? [[name, each] as const] : [],
    ),
  );

/** The checkout after `SOURCES` were sent, and what is there besides or instead. */
function touched(changes: Readonly<Record<string, Partial<Present> | undefined>>): Checkout {
  const { present, ...rest } = afterSending(SOURCES);
  const all = new Map(present);
  for (const [name, change] of Object.entries(changes)) {
    const before = all.get(name) ?? { kind: 'file', inode: '99', ctime: '1002.5', size: '1', mode: '644' };
    if (change) all.set(name, { ...before, ...change });
    else all.delete(name);
  }
  return { ...rest, present: all };
}

describe('changesOf', () => {
  it('touches nothing that did not change', () => {
    expect(changesOf(SOURCES, afterSending(SOURCES), 2000)).toMatchObject({ remove: [], send: [] });
  });

  it('sends everything where nothing is known, and removes what is there', () => {
    const checkout = { ...afterSending(changed({ old: entry('o') })), sent: undefined };
    const { remove, send, times } = changesOf(SOURCES, checkout, 2000);
    expect(remove).toEqual(['old']);
    expect(send).toEqual(['lib/a.ex', 'lib/b.ex', 'mix.exs']);
    expect(times.size).toBe(0);
  });

  it('sends a file with another content, with a time later than all earlier ones', () => {
    const now = changesOf(changed({ 'lib/a.ex': entry('A') }), afterSending(SOURCES), 2000);
    expect(now).toMatchObject({ send: ['lib/a.ex'], fresh: 2000 });
    expect(now.times.size).toBe(0);
    // The builder's clock may have been set back.
    expect(changesOf(changed({ 'lib/a.ex': entry('A') }), afterSending(SOURCES), 10).fresh).toBe(1001);
  });

  it('sends a file with another mode, with its old time', () => {
    const { send, times } = changesOf(
      changed({ 'lib/a.ex': entry('a', { mode: 0o755 }) }),
      afterSending(SOURCES),
      2000,
    );
    expect(send).toEqual(['lib/a.ex']);
    expect(times).toEqual(new Map([['lib/a.ex', 1000]]));
  });

  it.each<[string, Partial<Present> | undefined]>([
    ['was written to', { ctime: '1002.5' }],
    ['was written to and has its old time again', { ctime: '1001.500000001' }],
    ['was replaced', { inode: '77' }],
    ['has another size', { size: '2' }],
    ['is gone', undefined],
    ['is a link now', { kind: 'link' }],
    ['is a directory now', { kind: 'directory' }],
  ])('sends a file again that %s in the builder, with the time that it had', (_, change) => {
    const { send, times } = changesOf(SOURCES, touched({ 'lib/a.ex': change }), 2000);
    expect(send).toEqual(['lib/a.ex']);
    expect(times).toEqual(new Map([['lib/a.ex', 1000]]));
  });

  it('sends a file again whose change time cannot be relied on', () => {
    const checkout = afterSending(SOURCES);
    const sent = new Map([...(checkout.sent ?? [])].map(([name, file]) => [name, { ...file, ctime: '-' }]));
    expect(changesOf(SOURCES, { ...checkout, sent }, 2000).send).toEqual(['lib/a.ex', 'lib/b.ex', 'mix.exs']);
  });

  it('removes what is no source: the whole of a directory at once', () => {
    const extra = { out: { kind: 'directory' }, 'out/x': {}, 'lib/c.ex': {} } as const;
    expect(changesOf(SOURCES, touched(extra), 2000)).toMatchObject({ remove: ['out', 'lib/c.ex'], send: [] });
  });

  it('removes a file that is a directory now, or the other way round, and sends what comes there', () => {
    const now = changed({ 'lib/a.ex': directory, 'lib/a.ex/x': entry('x'), lib: directory });
    expect(changesOf(now, afterSending(SOURCES), 2000)).toMatchObject({
      remove: ['lib/a.ex'],
      send: ['lib/a.ex', 'lib/a.ex/x'],
    });
    const back = changed({ lib: entry('l'), 'lib/a.ex': undefined, 'lib/b.ex': undefined });
    expect(changesOf(back, afterSending(SOURCES), 2000)).toMatchObject({ remove: ['lib'], send: ['lib'] });
  });

  it('removes a link in place of a directory, through which nothing may be sent', () => {
    const checkout = touched({ lib: { kind: 'link' }, 'lib/a.ex': undefined, 'lib/b.ex': undefined });
    expect(changesOf(SOURCES, checkout, 2000)).toMatchObject({
      remove: ['lib'],
      send: ['lib', 'lib/a.ex', 'lib/b.ex'],
    });
  });

  it('leaves what compilation wrote, and the directories of compiled code', () => {
    const extra = {
      priv: { kind: 'directory' },
      'priv/nif.so': {},
      'priv/else': {},
      _build: { kind: 'directory' },
    } as const;
    const places = { 'host prod': { deps: '/build/src/deps', build: '/build/src/_build/prod' } };
    const kept = { ...NOTHING_KEPT, places, outputs: ['priv/nif.so'] };
    expect(changesOf(SOURCES, { ...touched(extra), kept }, 2000).remove).toEqual(['priv/else']);
    expect(changesOf(SOURCES, { ...touched(extra), kept, sent: undefined }, 2000).remove).toEqual(['priv', '_build']);
  });

  it('leaves what was fetched beside dependencies that are sources, unless it has become one', () => {
    const fetched = ['/build/src/deps/.mix-release', '/build/src/deps/stone'];
    const places = { 'host prod': { fetched, build: '/build/src/_build/prod' } };
    const kept = { ...NOTHING_KEPT, places };
    const own = changed({ deps: directory, 'deps/own': directory, 'deps/own/mix.exs': entry('o') });
    expect(changesOf(own, { ...afterSending(own), kept }, 2000)).toMatchObject({ remove: [], send: [] });
    const more = new Map([...own, ['deps/stone', directory], ['deps/stone/mix.exs', entry('s')]]);
    expect(changesOf(more, { ...afterSending(own), kept }, 2000)).toMatchObject({
      remove: ['deps/stone'],
      send: ['deps/stone', 'deps/stone/mix.exs'],
    });
    // Before, all of them were fetched, and what lies in their directories was not looked at.
    const all = {
      ...NOTHING_KEPT,
      places: { 'host prod': { deps: '/build/src/deps', build: '/build/src/_build/prod' } },
    };
    expect(changesOf(own, { ...afterSending(SOURCES), kept: all }, 2000)).toMatchObject({
      remove: ['deps/own'],
      send: ['deps', 'deps/own', 'deps/own/mix.exs'],
    });
  });

  it.each<[string, SourceEntry | undefined]>([
    ['leads elsewhere', link('other')],
    ['is gone', undefined],
  ])('gives everything a new time when a link %s', (_, now) => {
    const before = changed({ current: link('one') });
    const { send, times } = changesOf(changed({ current: now }), afterSending(before), 2000);
    expect(send).toEqual(expect.arrayContaining(['lib/a.ex', 'lib/b.ex', 'mix.exs']));
    expect(times.size).toBe(0);
  });
});
