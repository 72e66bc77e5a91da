import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import path from 'node:path';
import { packFiles } from '../../../src/archive/files.js';
import { incompatibilityOf } from '../../../src/cache/read.js';
import { saveVolume } from '../../../src/cache/save.js';
import type { ContainerSpec, RunningContainer } from '../../../src/engine/container.js';
import type { Engine } from '../../../src/engine/engine.js';
import { stubContainer, type StubContainer } from '../support/container.js';
import { directoryWith } from '../support/files.js';

const startContainer = jest.fn<(spec: ContainerSpec) => Promise<RunningContainer>>();

const FACTS = { otp: '27.3.4.1' };
const VOLUME = {
  volume: 'mix-release-state-run-1',
  path: '/build',
  image: 'mix-release-builder:abc',
  platform: 'linux/amd64',
  run: 'f3b0',
};
const engine = { containers: { start: startContainer } } as unknown as Engine;

let container: StubContainer;
let ended: number;
beforeEach(() => {
  ended = 0;
  const files = ['build/state/rebar3/x', 'build/home/.cache/x'].map((name) => ({
    path: name,
    text: 'x',
  }));
  const kept = { version: 1, places: { 'host prod': { build: '/build/src/_build/prod' } }, outputs: [] };
  container = {
    ...stubContainer({ lines: [JSON.stringify(kept)] }, { '/build': packFiles(files) }),
    [Symbol.asyncDispose]: () => Promise.resolve(void (ended += 1)),
  };
  startContainer.mockReset().mockResolvedValue(container);
});

describe('saveVolume', () => {
  it('reads the volume by a container of the builder, which ends with it', async () => {
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await saveVolume(engine, VOLUME, file, FACTS, true);
    expect(startContainer.mock.calls).toEqual([
      [
        {
          image: 'mix-release-builder:abc',
          platform: 'linux/amd64',
          user: 'builder',
          labels: { 'mix-release.kind': 'build', 'mix-release.run': 'f3b0' },
          volume: {
            name: 'mix-release-state-run-1',
            path: '/build',
            labels: { 'mix-release.kind': 'state', 'mix-release.run': 'f3b0' },
          },
        },
      ],
    ]);
    expect(container.requested).toEqual(['/build']);
    expect(ended).toBe(1);
  });

  it('writes an archive of these facts', async () => {
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await saveVolume(engine, VOLUME, file, FACTS, true);
    expect(await incompatibilityOf(file, FACTS)).toBeUndefined();
    expect(await incompatibilityOf(file, { otp: '26' })).toEqual(expect.any(String));
  });

  it('removes the releases before the volume travels', async () => {
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await saveVolume(engine, VOLUME, file, FACTS, true);
    expect(container.commands.map(({ argv }) => argv)).toEqual([
      ['cat', '/build/record/kept'],
      ['rm', '-rf', '--', '/build/src/.git', '/build/src/_build/prod/rel'],
    ]);
  });

  it('ends the container also when the volume cannot be read', async () => {
    startContainer.mockResolvedValue({ ...container, get: () => Promise.reject(new Error('engine lost')) });
    const file = path.join(await directoryWith(), 'state.tar.zst');
    await expect(saveVolume(engine, VOLUME, file, FACTS, true)).rejects.toThrow('engine lost');
    expect(ended).toBe(1);
  });
});
