import { describe, expect, it, jest } from '@jest/globals';
import { KIND_LABEL, labels } from '../../../src/engine/labels.js';
import { reapAll, reapRun, type Reaped } from '../../../src/engine/reap.js';
import type { CallName } from '../../support/fake-engine/faults.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';

const OURS = labels('build', 'run-1');
const OTHERS = labels('build', 'run-2');

/** An engine with a container, a network, a volume and an image of run-1, of run-2 and of nobody. */
async function usedEngine(): Promise<FakeEngine> {
  const engine = fakeEngine();
  engine.addImage({ names: ['debian:trixie-slim'] });
  const whose = { ours: OURS, others: OTHERS, strange: { 'com.example': 'x' } };
  for (const [name, own] of Object.entries(whose)) {
    await engine.containers.start({
      ...{ image: 'debian:trixie-slim', name: `${name}-container`, platform: 'linux/amd64', user: '0', labels: own },
    });
    await engine.networks.create({ name: `${name}-network`, labels: own });
    await engine.volumes.create({ name: `${name}-volume`, labels: own });
    engine.addImage({ names: [`${name}-image:1`], labels: own });
  }
  return engine;
}

const KEPT = {
  containers: ['others-container', 'strange-container'],
  networks: ['others-network', 'strange-network'],
  volumes: ['others-volume', 'strange-volume'],
};
const IMAGES = ['debian:trixie-slim', 'others-image:1', 'ours-image:1', 'strange-image:1'];

describe('reapRun', () => {
  it('removes what one run made, but for images, and names it', async () => {
    const engine = await usedEngine();
    expect(await reapRun(engine, 'run-1')).toEqual({
      containers: ['ours-container'],
      networks: ['ours-network'],
      volumes: ['ours-volume'],
      images: [],
      left: [],
    });
    expect(engine.left()).toMatchObject({ ...KEPT, images: IMAGES });
  });

  it('finds nothing where the run left nothing', async () => {
    const engine = await usedEngine();
    const before = engine.left();
    const nothing = { containers: [], networks: [], volumes: [], images: [], left: [] };
    expect(await reapRun(engine, 'run-3')).toEqual(nothing);
    expect(engine.left()).toEqual(before);
  });

  it('removes a volume that a container of the run still has', async () => {
    const engine = await usedEngine();
    const volume = { name: 'ours-state', path: '/build/state', labels: OURS };
    await engine.containers.start({
      ...{ image: 'debian:trixie-slim', platform: 'linux/amd64', user: '0', labels: OURS, volume },
    });
    const { volumes, left } = await reapRun(engine, 'run-1');
    expect([[...volumes].sort(), left]).toEqual([['ours-state', 'ours-volume'], []]);
  });
});

describe('reapAll', () => {
  it('removes what any run made, and images', async () => {
    const engine = await usedEngine();
    engine.addImage({ names: ['mix-release-runtime:1', 'mine:1'], labels: { [KIND_LABEL]: 'runtime' } });
    const { containers, images, left } = await reapAll(engine);
    expect([...containers].sort()).toEqual(['others-container', 'ours-container']);
    expect([...images].sort()).toEqual(['mix-release-runtime:1', 'others-image:1', 'ours-image:1']);
    expect(left).toEqual([]);
    expect(engine.left()).toMatchObject({
      containers: ['strange-container'],
      networks: ['strange-network'],
      volumes: ['strange-volume'],
      images: ['debian:trixie-slim', 'strange-image:1'],
    });
  });

  it('removes an image by force, because one of two names refuses otherwise', async () => {
    const engine = fakeEngine();
    const { id } = engine.addImage({ names: ['mix-release-builder:1', 'example/builder:1'], labels: OURS });
    const remove = jest.spyOn(engine.images, 'remove');
    await reapAll(engine);
    expect(remove.mock.calls).toEqual([[id, { force: true }]]);
  });

  it('calls an image without a name by its identifier', async () => {
    const engine = fakeEngine();
    const { id } = engine.addImage({ names: [], labels: OURS });
    expect((await reapAll(engine)).images).toEqual([id]);
  });
});

describe('what cannot be removed', () => {
  const KINDS = ['container', 'network', 'volume', 'image'] as const;

  it.each(KINDS)('is named, when it is a %s, and keeps nothing else', async (kind) => {
    const engine = await usedEngine();
    engine.fail(`${kind}s.remove`, { kind: 'refuse', status: 500, reason: 'device or resource busy' }, { times: 1 });
    const reaped: Reaped = await reapAll(engine);
    expect(reaped.left).toHaveLength(1);
    expect(reaped.left[0]).toMatch(new RegExp(`^${kind} \\S+-${kind}(:1)?: .*device or resource busy$`));
    for (const each of KINDS) expect(reaped[`${each}s`]).toHaveLength(each === kind ? 1 : 2);
    const still = engine.left()[`${kind}s`].filter((name) => name.startsWith('ours') || name.startsWith('others'));
    expect(still).toEqual([expect.stringContaining(`-${kind}`)]);
  });

  it('is named with its number where the engine breaks at every call', async () => {
    const engine = await usedEngine();
    for (const kind of KINDS) engine.fail(`${kind}s.remove`, { kind: 'break', when: 'before' });
    const { left, ...removed } = await reapAll(engine);
    expect(removed).toEqual({ containers: [], networks: [], volumes: [], images: [] });
    expect(left.map((text) => text.split(' ')[0])).toEqual(KINDS.flatMap((kind) => [kind, kind]));
  });

  it.each(KINDS)('is said of every %s, where they cannot be listed, and keeps nothing else', async (kind) => {
    const engine = await usedEngine();
    const list: CallName = `${kind}s.list`;
    engine.fail(list, { kind: 'refuse', status: 500, reason: 'database is locked' });
    const reaped = await reapAll(engine);
    expect(reaped.left).toEqual([expect.stringMatching(new RegExp(`^the ${kind}s: .*database is locked$`))]);
    for (const each of KINDS) expect(reaped[`${each}s`]).toHaveLength(each === kind ? 0 : 2);
  });
});
