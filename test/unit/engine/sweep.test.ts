import { describe, expect, it } from '@jest/globals';
import { labels, RUN_LABEL } from '../../../src/engine/labels.js';
import { sweepVolumes } from '../../../src/engine/sweep.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';

const DAY_AGO = new Date('2026-03-01T12:00:00Z');
const OLD = new Date('2026-03-01T11:59:59Z');
const YOUNG = new Date('2026-03-01T12:00:01Z');

describe('sweepVolumes', () => {
  it('removes the old volumes of runs that no container has', async () => {
    const engine = fakeEngine();
    const image = engine.addImage({ names: ['builder:1'] });
    engine.addVolume('mix-release-state-run-old', labels('state', 'old'), OLD);
    engine.addVolume('mix-release-state-run-young', labels('state', 'young'), YOUNG);
    engine.addVolume('mix-release-state-run-used', labels('state', 'used'), OLD);
    engine.addVolume('mix-release-state-kept', { ...labels('state', 'x'), [RUN_LABEL]: '' }, OLD);
    engine.addVolume('of-the-user', {}, OLD);
    engine.addVolume('anonymous', labels('smoke', 'old'), OLD);
    await engine.containers.start({
      ...{ image: image.id, platform: 'linux/amd64', user: 'builder', labels: labels('build', 'used') },
      volume: { name: 'mix-release-state-run-used', path: '/build/state', labels: {} },
    });
    const swept = await sweepVolumes(engine, DAY_AGO);
    expect({ removed: swept.removed.toSorted(), left: swept.left }).toEqual({
      removed: ['anonymous', 'mix-release-state-run-old'],
      left: [],
    });
    expect(engine.left().volumes).toEqual([
      ...['mix-release-state-kept', 'mix-release-state-run-used', 'mix-release-state-run-young', 'of-the-user'],
    ]);
  });

  it.each([
    [2000, []],
    [-2000, ['mix-release-state-run-1']],
  ])('goes by our clock where that of the engine is %i ms off', async (clockSkew, left) => {
    const engine = fakeEngine({ clockSkew });
    // By the engine's clock a second after, or before, what counts as old.
    engine.addVolume('mix-release-state-run-1', labels('state', '1'), clockSkew > 0 ? YOUNG : OLD);
    await sweepVolumes(engine, DAY_AGO);
    expect(engine.left().volumes).toEqual(left);
  });

  it('says what cannot be removed, and goes on; what a container took meanwhile is none', async () => {
    const engine = fakeEngine();
    for (const name of ['a', 'b', 'c']) engine.addVolume(name, labels('state', name), OLD);
    engine.fail('volumes.remove', { kind: 'refuse', status: 500, reason: 'device busy' }, { about: 'a' });
    engine.fail('volumes.remove', { kind: 'refuse', status: 409, reason: 'volume is in use' }, { about: 'b' });
    expect(await sweepVolumes(engine, DAY_AGO)).toEqual({
      removed: ['c'],
      left: [expect.stringMatching(/^a: .*device busy/)],
    });
  });
});
