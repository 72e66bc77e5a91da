import { describe, expect, it } from '@jest/globals';
import { rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  readRecord,
  withoutChangedFiles,
  timesOf,
  writeRecord,
  type SourceRecord,
} from '../../../src/sources/times.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, type Tree } from '../support/files.js';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T04:00:00Z');

const project: Tree = {
  'mix.exs': 'x',
  'lib/a.ex': 'a',
  'lib/page.html.heex': 'page',
  'src/b.erl': 'b',
  'c_src/nif.c': '#include "nif.h"',
  'c_src/nif.h': '1',
  Makefile: 'all:',
  'README.md': 'read me',
  '.git/HEAD': 'ref',
};

async function pathsIn(tree: Tree): Promise<readonly string[]> {
  return Promise.resolve(Object.keys(tree));
}

/** Sends a checkout, changes it, and sends it again: the names of the files that keep their times. */
async function keptAfter(
  change: (checkout: string) => Promise<void>,
  { added = [], gone = [] }: { readonly added?: readonly string[]; readonly gone?: readonly string[] } = {},
): Promise<readonly string[]> {
  const checkout = await directoryWith(project);
  const paths = await pathsIn(project);
  const first = await timesOf(checkout, paths, undefined, NOW);
  await change(checkout);
  const now = [...paths.filter((name) => !gone.includes(name)), ...added];
  const second = await timesOf(checkout, now, readRecord(writeRecord(first.record)), LATER);
  for (const { time } of second.kept.values()) expect(time).toEqual(first.fresh);
  return [...second.kept.keys()].sort();
}

const write = (name: string, content: string) => (checkout: string) => writeFile(path.join(checkout, name), content);
const MIX = ['lib/a.ex', 'lib/page.html.heex', 'mix.exs', 'src/b.erl'];
const OTHERS = ['Makefile', 'README.md', 'c_src/nif.c', 'c_src/nif.h'];

describe('timesOf', () => {
  it('dates everything anew where nothing is known, in whole seconds', async () => {
    const { kept, fresh, record } = await timesOf(await directoryWith(project), await pathsIn(project), undefined, NOW);
    expect(kept.size).toBe(0);
    expect(fresh).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(Object.keys(record.files).sort()).toEqual([...OTHERS, ...MIX].sort());
  });

  it('keeps all times where nothing changed, whatever the files say of themselves', async () => {
    const touch = (checkout: string) => utimes(path.join(checkout, 'lib/a.ex'), LATER, LATER);
    expect(await keptAfter(touch)).toEqual([...OTHERS, ...MIX].sort());
  });

  it('dates what Mix looks after file by file, also with the old size and time', async () => {
    const swap = async (checkout: string): Promise<void> => {
      await write('lib/a.ex', 'b')(checkout);
      await utimes(path.join(checkout, 'lib/a.ex'), NOW, NOW);
    };
    const kept = [...OTHERS, ...MIX].filter((name) => name !== 'lib/a.ex').sort();
    expect(await keptAfter(swap)).toEqual(kept);
    expect(await keptAfter(write('lib/new.ex', 'x'), { added: ['lib/new.ex'] })).toEqual([...OTHERS, ...MIX].sort());
  });

  it.each<[string, Parameters<typeof keptAfter>]>([
    ['changes', [write('c_src/nif.h', '2')]],
    ['comes', [write('c_src/more.h', 'x'), { added: ['c_src/more.h'] }]],
    ['goes', [(checkout) => rm(path.join(checkout, 'c_src/nif.h')), { gone: ['c_src/nif.h'] }]],
  ])('dates all others anew where one of them %s', async (_, args) => {
    expect(await keptAfter(...args)).toEqual(MIX);
  });

  it('dates everything anew where a link leads elsewhere', async () => {
    const checkout = await directoryWith({ 'lib/a.ex': 'a', 'lib/b.ex': 'b' });
    const link = path.join(checkout, 'lib/link.ex');
    await symlink('a.ex', link);
    const paths = ['lib/a.ex', 'lib/b.ex', 'lib/link.ex'];
    const { record } = await timesOf(checkout, paths, undefined, NOW);
    expect((await timesOf(checkout, paths, record, LATER)).kept.size).toBe(2);
    await rm(link);
    await symlink('b.ex', link);
    expect((await timesOf(checkout, paths, record, LATER)).kept.size).toBe(0);
  });

  it('dates a content anew that comes back', async () => {
    const checkout = await directoryWith({ 'a.ex': 'one' });
    let before: SourceRecord | undefined;
    const times: number[] = [];
    for (const content of ['one', 'two', 'one', 'one']) {
      await writeFile(path.join(checkout, 'a.ex'), content);
      before = (await timesOf(checkout, ['a.ex'], before, NOW)).record;
      times.push(before.files['a.ex']?.[1] ?? 0);
    }
    const [first = 0, second = 0, third = 0, fourth] = times;
    // Also by a clock that stands still.
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
    expect(fourth).toBe(third);
  });

  it('dates large files anew, and what depends on them where they may have changed', async () => {
    const checkout = await directoryWith({ 'a.ex': 'a', 'nif.c': 'c', 'data.h': '' });
    await truncate(path.join(checkout, 'data.h'), 2_000_000);
    const paths = ['a.ex', 'nif.c', 'data.h'];
    const { record } = await timesOf(checkout, paths, undefined, NOW);
    expect([...(await timesOf(checkout, paths, record, LATER)).kept.keys()]).toEqual(['a.ex', 'nif.c']);
    await utimes(path.join(checkout, 'data.h'), LATER, LATER);
    expect([...(await timesOf(checkout, paths, record, LATER)).kept.keys()]).toEqual(['a.ex']);
  });

  it('leaves out of the record what changed since it was read, for nobody knows what was sent', async () => {
    const checkout = await directoryWith({ 'a.ex': 'a', 'b.ex': 'b', 'nif.c': 'c' });
    const link = path.join(checkout, 'link.ex');
    await symlink('a.ex', link);
    const paths = ['a.ex', 'b.ex', 'nif.c', 'link.ex'];
    const times = await timesOf(checkout, paths, undefined, NOW);
    expect(withoutChangedFiles(checkout, times)).toEqual(times.record);
    await writeFile(path.join(checkout, 'b.ex'), 'another');
    await rm(path.join(checkout, 'nif.c'));
    const record = withoutChangedFiles(checkout, times);
    expect(Object.keys(record.files)).toEqual(['a.ex']);
    // Also where the old content comes back.
    await writeFile(path.join(checkout, 'b.ex'), 'b');
    await writeFile(path.join(checkout, 'nif.c'), 'c');
    expect([...(await timesOf(checkout, paths, record, LATER)).kept.keys()]).toEqual(['a.ex']);
    // A link that leads back where it led is not known either.
    await rm(link);
    await symlink('a.ex', link);
    expect((await timesOf(checkout, paths, withoutChangedFiles(checkout, times), LATER)).kept.size).toBe(0);
  });

  it('fails clearly for a file that cannot be read', async () => {
    const error = await errorOf(async () => timesOf(await directoryWith(), ['gone.ex'], undefined, NOW));
    expect(error).toMatchObject({ code: 'sources-unreadable' });
    expect(error.message).toContain('gone.ex');
  });
});

describe('readRecord', () => {
  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"version":2}',
    '{"version":1,"record":{"sent":1,"links":"","files":{"a":["x","y"]}}}',
  ])('takes %s for nothing', (text) => {
    expect(readRecord(text)).toBeUndefined();
  });
});
