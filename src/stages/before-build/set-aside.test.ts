import { describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Kept } from '../../cache/kept.js';
import { localBuilder, type LocalBuilder } from '../../../test/unit/support/local-builder.js';
import { setCompiledAside } from './set-aside.js';

const KEPT: Kept = {
  version: 1,
  places: {
    'host prod': { deps: '/build/src/deps', build: '/build/src/_build/prod' },
    'host test': { build: '/build/src/_build/test' },
  },
  outputs: ['priv/a b.so', 'priv/gone', 'priv/link'],
};

/** A builder with compiled code and outputs of an earlier build. */
async function builder(): Promise<LocalBuilder> {
  const made = await localBuilder();
  for (const each of ['_build/prod/lib', 'deps/jason', 'priv'])
    await mkdir(made.at(`/build/src/${each}`), { recursive: true });
  await writeFile(made.at('/build/src/_build/prod/lib/web.beam'), 'old');
  await writeFile(made.at('/build/src/priv/a b.so'), 'old');
  await symlink('nowhere', made.at('/build/src/priv/link'));
  return made;
}

const filesIn = async (place: string): Promise<readonly string[]> =>
  (await readdir(place, { recursive: true, withFileTypes: true }))
    .filter((each) => !each.isDirectory())
    .map((each) => path.relative(place, path.join(each.parentPath, each.name)))
    .sort();

const ALL = ['_build/prod/lib/web.beam', 'priv/a b.so', 'priv/link'];

describe('setCompiledAside', () => {
  it('hides compiled code from commands, and puts it back', async () => {
    const { container, at } = await builder();
    const putBack = await setCompiledAside(container, KEPT);
    expect(await filesIn(at('/build/src'))).toEqual([]);
    await writeFile(at('/build/src/priv/other'), 'of the commands');
    await putBack();
    expect(await filesIn(at('/build/src'))).toEqual([...ALL, 'priv/other'].sort());
    expect(await readdir(at('/build'))).not.toContain('aside');
  });

  it.each([
    ['compiled', '_build/prod/lib/web.beam'],
    ['wrote one of the outputs', 'priv/gone'],
  ])('drops it where the commands %s', async (_, made) => {
    const { container, at } = await builder();
    const putBack = await setCompiledAside(container, KEPT);
    await mkdir(path.dirname(at(`/build/src/${made}`)), { recursive: true });
    await writeFile(at(`/build/src/${made}`), 'new');
    await putBack();
    expect(await filesIn(at('/build/src'))).toEqual([made]);
    expect(await readFile(at(`/build/src/${made}`), 'utf8')).toBe('new');
    expect(await readdir(at('/build'))).not.toContain('aside');
  });

  it('drops it, with the dependencies, where a build was killed with code of another target in place', async () => {
    const { container, at } = await builder();
    await mkdir(at('/build/src/_build/test/.mix-release/cross'), { recursive: true });
    await writeFile(at('/build/src/_build/test/.mix-release/cross/exchanged'), '');
    await writeFile(at('/build/src/deps/jason/nif.so'), 'of another target');
    const putBack = await setCompiledAside(container, KEPT);
    await putBack();
    expect(await filesIn(at('/build/src'))).toEqual(['priv/a b.so', 'priv/link']);
  });

  it('does nothing where nothing is kept', async () => {
    const { container, calls } = await builder();
    const putBack = await setCompiledAside(container, { version: 1, places: {}, outputs: [] });
    await putBack();
    expect(calls).toEqual([]);
  });
});
