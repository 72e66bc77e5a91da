import { describe, expect, it, jest } from '@jest/globals';
import { readFile, readlink, readdir } from 'node:fs/promises';
import path from 'node:path';
import { sendSources } from '../../../src/build/send.js';
import { readRequest } from '../../../src/build/request.js';
import { stubContainer } from '../support/container.js';
import { directoryWith, ELF } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';
import { entriesOf, extracted, saved } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

isolateGit();

/** Sends a checkout; gives the archives by the place where they were unpacked, and what was said. */
async function sent(checkout: string, directory = '.', clockSkew = 0) {
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
    { checkout, cwd: checkout, env: {}, artifactByDefault: false },
  );
  const sources = await sendSources(container, request, clockSkew, (text) => notes.push(text));
  return { archive: archives.get('/build/src') ?? '', notes, sources };
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

  it('gives everything to the user of the builder', async () => {
    const { archive } = await sent(await directoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'x' }));
    expect(new Set((await entriesOf(archive)).map(({ owner }) => owner))).toEqual(new Set(['10001/10001']));
  });
});
