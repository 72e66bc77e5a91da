import { describe, expect, it, jest } from '@jest/globals';
import { readFile, readlink, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findSources } from './find.js';
import { sendSources } from './send.js';
import { readRequest } from '../../options/request.js';
import { readRecord, type SourceRecord } from '../../sources/times.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { directoryWith, ELF } from '../../../test/unit/support/files.js';
import { git, isolateGit, repositoryWith } from '../../../test/unit/support/git.js';
import { entriesOf, extracted, saved } from '../../../test/unit/support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

isolateGit();

/** Sends a checkout; gives the archives by the place where they were unpacked, and what was said. */
async function sent(checkout: string, directory = '.', clockSkew = 0, before?: SourceRecord) {
  const archives = new Map<string, string>();
  const notes: string[] = [];
  const container = {
    ...stubContainer({}),
    put: async (archive: Parameters<ReturnType<typeof stubContainer>['put']>[0], place: string): Promise<void> => {
      archives.set(place, await saved(archive));
    },
  };
  const request = await readRequest(
    { target: 'x86_64-unknown-linux-gnu', 'working-directory': directory },
    { checkout, cwd: checkout, env: {} },
  );
  const sources = await findSources(request);
  await sendSources(container, request, sources, before, clockSkew, (text) => notes.push(text));
  const kept = await extracted(archives.get('/build/state/build') ?? '');
  const record = readRecord(await readFile(path.join(kept, '.mix-release-sources'), 'utf8'));
  return { archive: archives.get('/build/src') ?? '', notes, sources, record };
}

describe('sendSources', () => {
  it('sends the checkout, and links deps to the state', async () => {
    const checkout = await directoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'x', 'deps/old': 'x', '_build/old': 'x' });
    const { archive, notes, sources } = await sent(checkout);
    const files = await extracted(archive);
    expect((await readdir(files)).sort()).toEqual(['deps', 'lib', 'mix.exs']);
    expect(await readlink(path.join(files, 'deps'))).toBe('/build/state/deps');
    expect(sources).toMatchObject({ cwd: '/build/src', vendoredDeps: false });
    expect(notes).toEqual([expect.stringContaining('not a git checkout')]);
  });

  it('runs in the project, whose deps are linked', async () => {
    const checkout = await directoryWith({ 'apps/web/mix.exs': 'x', 'libs/shared/mix.exs': 'x' });
    const { archive, sources } = await sent(checkout, 'apps/web');
    expect(sources.cwd).toBe('/build/src/apps/web');
    expect(await readlink(path.join(await extracted(archive), 'apps/web/deps'))).toBe('/build/state/deps');
  });

  it('sends vendored dependencies as they are, without a link', async () => {
    const checkout = await repositoryWith({ 'mix.exs': 'x', 'deps/jason/mix.exs': 'vendored' }, ['.']);
    const { archive, notes } = await sent(checkout);
    expect(await readFile(path.join(await extracted(archive), 'deps/jason/mix.exs'), 'utf8')).toBe('vendored');
    expect(notes).toEqual([]);
  });

  it('says what it leaves out', async () => {
    const checkout = await repositoryWith({ '.gitignore': '*.so\n', 'mix.exs': 'x', 'priv/nif.so': ELF });
    const { archive, notes } = await sent(checkout);
    expect(notes).toEqual([expect.stringContaining('left out priv/nif.so')]);
    expect((await entriesOf(archive)).map(({ name }) => name)).not.toContain('priv/nif.so');
  });

  it('sends the repository without the token of the checkout', async () => {
    const checkout = await repositoryWith({ 'mix.exs': 'x' }, ['mix.exs']);
    await git(checkout, 'config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic SECRET');
    const files = await extracted((await sent(checkout)).archive);
    const config = await readFile(path.join(files, '.git/config'), 'utf8');
    expect(config).toContain('[core]');
    expect(config).not.toContain('SECRET');
    await git(files, 'ls-files');
  });

  it.each([
    [0, 0],
    [-3_600_000, 0],
    [3_600_000, 3_600_000],
  ])('dates entries, with an engine clock %i ms ahead, %i ms ahead', async (clockSkew, ahead) => {
    const { archive } = await sent(await directoryWith({ 'mix.exs': 'x' }), '.', clockSkew);
    for (const { time } of await entriesOf(archive)) {
      const late = Date.parse(`${time}Z`) - (Date.now() + ahead);
      expect(Math.abs(late)).toBeLessThan(30_000);
    }
  });

  it('dates what did not change as it was dated before, and keeps that with the state', async () => {
    const checkout = await directoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'x', 'lib/b.ex': 'x' });
    const first = await sent(checkout);
    await writeFile(path.join(checkout, 'lib/b.ex'), 'y');
    const files = Object.entries(first.record?.files ?? {}).map(([name, [digest]]) => [name, [digest, 1_000_000_000]]);
    const before = {
      sent: 1_000_000_000,
      links: first.record?.links ?? '',
      files: Object.fromEntries(files) as SourceRecord['files'],
    };
    const second = await sent(checkout, '.', 0, before);
    const times = new Map((await entriesOf(second.archive)).map(({ name, time }) => [name, time.slice(0, 4)]));
    expect(times.get('lib/a.ex')).toBe('2001');
    expect(times.get('mix.exs')).toBe('2001');
    expect(times.get('lib/b.ex')).not.toBe('2001');
    expect(second.record?.files['lib/a.ex']?.[1]).toBe(1_000_000_000);
    expect(second.record?.files['lib/b.ex']?.[1]).toBe(second.record?.sent);
  });

  it('gives everything to the user of the builder', async () => {
    const { archive } = await sent(await directoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'x' }));
    expect(new Set((await entriesOf(archive)).map(({ owner }) => owner))).toEqual(new Set(['10001/10001']));
  });
});
