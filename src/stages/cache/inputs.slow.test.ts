import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { inputsOf } from './key.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, writeTree, type Tree } from '../../../test/unit/support/files.js';
import { asNobody } from '../../../test/unit/support/nobody.js';
import { requestWith } from '../../../test/unit/support/request.js';

const TREE: Tree = { 'mix.exs': 'x', 'mix.lock': 'y', 'config/config.exs': 'z', 'lib/a.ex': 'a', 'ci/before.sh': 'b' };
const PATHS = [...Object.keys(TREE), 'config'];

async function inputsWith(env: Readonly<Record<string, string>>, tree: Tree = {}): Promise<string> {
  const checkout = await directoryWith(TREE);
  await writeTree(checkout, tree);
  const request = requestWith({
    checkout,
    project: checkout,
    env,
    beforeBuild: { file: path.join(checkout, 'ci/before.sh') },
  });
  return inputsOf(request, PATHS);
}

describe('inputsOf', () => {
  it('is 32 hex digits, the same for the same in every checkout', async () => {
    const inputs = await inputsWith({ A: 'b', C: 'd' });
    expect(inputs).toMatch(/^[0-9a-f]{32}$/);
    expect(await inputsWith({ C: 'd', A: 'b' })).toBe(inputs);
  });

  it.each<[string, Tree]>([
    ['mix.exs', { 'mix.exs': 'X' }],
    ['mix.lock', { 'mix.lock': 'Y' }],
    ['a configuration', { 'config/config.exs': 'Z' }],
    ['the script before the build', { 'ci/before.sh': 'B' }],
  ])('is another for another content of %s', async (_, tree) => {
    expect(await inputsWith({}, tree)).not.toBe(await inputsWith({}));
  });

  it('is the same for another source, which Mix itself looks after', async () => {
    expect(await inputsWith({}, { 'lib/a.ex': 'A' })).toBe(await inputsWith({}));
  });

  it.each(['FEATURE', 'AUTH0_DOMAIN', 'TOKEN_URL'])(
    'is another for another value of %s, for one more and for one less',
    async (name) => {
      const inputs = await Promise.all([
        ...[inputsWith({}), inputsWith({ [name]: 'one' }), inputsWith({ [name]: 'two' })],
        ...[inputsWith({ [name]: '' }), inputsWith({ [`${name}_2`]: 'one' })],
      ]);
      expect(new Set(inputs).size).toBe(inputs.length);
    },
  );

  it('is the same for every SOURCE_DATE_EPOCH, which differs from run to run', async () => {
    const plain = await inputsWith({});
    expect(await inputsWith({ SOURCE_DATE_EPOCH: '1' })).toBe(plain);
    expect(await inputsWith({ SOURCE_DATE_EPOCH: '2' })).toBe(plain);
  });

  it('keeps values that could be guessed from whoever sees the key of a cache', async () => {
    // What the key was: anybody can make the same hash for every PIN there is.
    const env = { PIN_TOKEN: '1234', PIN: '1234' };
    const checkout = await directoryWith({ 'mix.exs': 'x' });
    const started = performance.now();
    const inputs = await inputsOf(requestWith({ checkout, project: checkout, env }), ['mix.exs']);
    // A thousand guesses take half a minute at the least; a plain hash makes millions in that time.
    expect(performance.now() - started).toBeGreaterThan(30);
    const content = 'mix.exs\0' + '1\0x';
    const plain = [env, { PIN: '1234' }].map((each) =>
      createHash('sha256')
        .update(content)
        .update(JSON.stringify(Object.entries(each).sort()))
        .digest('hex'),
    );
    for (const hash of plain) expect(hash).not.toContain(inputs);
  });

  it('says that a configuration cannot be read, and takes a directory and a dangling link for empty', async () => {
    const checkout = await directoryWith({ 'config/a.exs': 'x', 'config/dangling': { linkTo: 'nowhere' } });
    const request = requestWith({ checkout, project: checkout });
    expect(await inputsOf(request, ['config', 'config/dangling'])).toMatch(/^[0-9a-f]{32}$/);
    await chmod(checkout, 0o755);
    await chmod(path.join(checkout, 'config/a.exs'), 0o000);
    const error = await asNobody(() => errorOf(() => inputsOf(request, ['config/a.exs'])));
    expect(error).toMatchObject({ code: 'sources-unreadable' });
  });
});
