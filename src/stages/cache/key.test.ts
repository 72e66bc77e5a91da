import { describe, expect, it } from '@jest/globals';
import type { Builder } from '../../builder/builder.js';
import type { BuildRequest } from '../../options/request.js';
import { inputsOf, stateKey } from './key.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, type Tree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { requestWith } from '../../../test/unit/support/request.js';

const builder: Builder = {
  tag: 'mix-release-builder:1',
  base: { reference: 'elixir:1', id: 'sha256:1', digest: 'sha256:1' },
  probe: PROBE,
  erlFlags: '',
  origin: 'present',
};

const INPUTS = 'f'.repeat(32);
const keyOf = (changes: Partial<BuildRequest>, inputs = INPUTS) => stateKey(requestWith(changes), builder, inputs);

describe('stateKey', () => {
  const suffixes = [undefined, 'a', 'b', 'a-b', 'a b', 'a_b', `-${INPUTS}`, 'prod'];

  it.each(suffixes)('with suffix %j takes up no state that was saved with another', (mine) => {
    const { key, prefix, facts } = keyOf({ cacheKeySuffix: mine });
    for (const theirs of suffixes.filter((each) => each !== mine)) {
      const saved = keyOf({ cacheKeySuffix: theirs });
      expect(saved.key).not.toBe(key);
      expect(saved.key.startsWith(prefix)).toBe(false);
      // Whatever a store hands out: the archive says with which suffix it was made.
      expect(saved.facts).not.toEqual(facts);
    }
  });

  it('takes up a state of other inputs with the same suffix', () => {
    const { prefix } = keyOf({ cacheKeySuffix: 'v2' });
    expect(keyOf({ cacheKeySuffix: 'v2' }, '0'.repeat(32)).key.startsWith(prefix)).toBe(true);
    expect(prefix).toContain('-v2-');
  });

  it.each<[string, Partial<BuildRequest>]>([
    ['environment of Mix', { mixEnv: 'test' }],
    ['target of Mix', { env: { MIX_TARGET: 'rpi4' } }],
    ['project', { project: '/src/apps/web' }],
    ['cache', { cache: 'deps' }],
  ])('takes up no state of another %s', (_, changes) => {
    expect(keyOf(changes).key.startsWith(keyOf({}).prefix)).toBe(false);
  });

  it('has no commas, no white space and at most 512 characters', () => {
    expect(keyOf({ cacheKeySuffix: 'a, b\n/ü', mixEnv: 'prod' }).key).toMatch(/^[\w.+-]{1,512}$/);
  });
});

describe('inputsOf', () => {
  const tree: Tree = { 'mix.exs': 'x', 'mix.lock': 'y', 'lib/a.ex': 'a' };
  async function inputsWith(more: Tree = {}, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const checkout = await directoryWith({ ...tree, ...more });
    return inputsOf(requestWith({ checkout, project: checkout, env }), Object.keys({ ...tree, ...more }));
  }

  it('is another where the lock, the configuration or a variable is, and for no other source', async () => {
    const plain = await inputsWith();
    expect(plain).toMatch(/^[0-9a-f]{32}$/);
    expect(await inputsWith({ 'lib/a.ex': 'b' })).toBe(plain);
    expect(await inputsWith({}, { SOURCE_DATE_EPOCH: '1' })).toBe(plain);
    const others = await Promise.all([
      inputsWith({ 'mix.lock': 'z' }),
      inputsWith({ 'config/config.exs': 'z' }),
      inputsWith({}, { FEATURE: 'one' }),
    ]);
    expect(new Set([plain, ...others]).size).toBe(4);
  });

  it('takes a directory and a link that leads nowhere for empty', async () => {
    const empty = await inputsWith({ 'config/a': '' });
    expect(await inputsWith({ 'config/a': { directory: true } })).toBe(empty);
    expect(await inputsWith({ 'config/a': { linkTo: 'nowhere' } })).toBe(empty);
  });

  it('refuses a source that cannot be read', async () => {
    const checkout = await directoryWith(tree);
    const name = `${'a'.repeat(300)}/mix.exs`;
    const error = await errorOf(() => inputsOf(requestWith({ checkout, project: checkout }), [name]));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
  });
});
