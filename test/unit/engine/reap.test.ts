import { beforeEach, describe, expect, it } from '@jest/globals';
import { labels } from '../../../src/engine/labels.js';
import { reapAll, reapRun } from '../../../src/engine/reap.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';

const BASE = 'debian:trixie-slim';
const BUILDER = 'mix-release-builder:abc';

let engine: FakeEngine;

/** A container, a network and a volume of one run. */
async function addRun(run: string): Promise<void> {
  const own = labels('build', run);
  await engine.containers.start({
    ...{ image: BASE, name: `build-${run}`, platform: 'linux/amd64', user: 'root', labels: own },
    volume: { name: `state-${run}`, path: '/build/state', labels: labels('state', run) },
  });
  await engine.networks.create({ name: `network-${run}`, labels: own });
}

beforeEach(async () => {
  engine = fakeEngine();
  engine.addImage({ names: [BASE] });
  engine.addImage({ names: [BUILDER], labels: labels('builder', 'one') });
  engine.addVolume('of-somebody', { team: 'x' });
  await addRun('one');
  await addRun('two');
});

describe('reapRun', () => {
  it('removes what one run made, and leaves builder images', async () => {
    expect(await reapRun(engine, 'one')).toEqual({
      containers: ['build-one'],
      networks: ['network-one'],
      volumes: ['state-one'],
      images: [],
      left: [],
    });
    expect(engine.left()).toMatchObject({
      containers: ['build-two'],
      networks: ['network-two'],
      volumes: ['of-somebody', 'state-two'],
      images: [BASE, BUILDER],
    });
  });

  it('finds nothing of a run that made nothing', async () => {
    expect(await reapRun(engine, 'three')).toEqual({ containers: [], networks: [], volumes: [], images: [], left: [] });
  });

  it('says what could not be removed, and removes the rest', async () => {
    engine.fail('containers.remove', { kind: 'refuse', status: 500, reason: 'device is busy' }, { times: 1 });
    const { containers, networks, volumes, left } = await reapRun(engine, 'one');
    expect({ containers, networks }).toEqual({ containers: [], networks: ['network-one'] });
    // The container still holds it.
    expect(volumes).toEqual([]);
    expect(left).toEqual([
      expect.stringMatching(/^container build-one: .*device is busy/),
      expect.stringMatching(/^volume state-one: .*in use/),
    ]);
  });

  it('fails where the engine cannot be asked', async () => {
    engine.fail('volumes.list', { kind: 'break', when: 'before' });
    await expect(reapRun(engine, 'one')).rejects.toMatchObject({ code: 'engine-connection-lost' });
    // What it holds went first.
    expect(engine.left().containers).toEqual(['build-two']);
  });
});

describe('reapAll', () => {
  it('removes everything of ours, images too, and nothing of others', async () => {
    const { containers, networks, volumes, images, left } = await reapAll(engine);
    expect([containers.length, networks.length, volumes.length]).toEqual([2, 2, 2]);
    expect([images, left]).toEqual([[BUILDER], []]);
    expect(engine.left()).toMatchObject({ containers: [], networks: [], volumes: ['of-somebody'], images: [BASE] });
  });

  it('names an image without a name by its identifier', async () => {
    const { id } = engine.addImage({ names: [], labels: labels('builder', 'one') });
    expect((await reapAll(engine)).images).toContain(id);
  });
});
