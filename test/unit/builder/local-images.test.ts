import { describe, expect, it } from '@jest/globals';
import { tagsInEngine } from '../../../src/builder/local-images.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';

const TAG = '1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';
const PLATFORM = 'linux/amd64';

describe('tagsInEngine', () => {
  it('has the images under their own name, that of the mirror, and as Podman loads them', async () => {
    const engine = fakeEngine();
    for (const repository of ['hexpm/elixir', 'mirror.test/x/hexpm/elixir', 'localhost/hexpm/elixir', 'other/elixir']) {
      engine.addImage({
        names: [`${repository}:${TAG}`],
        platform: repository === 'hexpm/elixir' ? 'linux/arm64' : PLATFORM,
      });
    }
    const found = await tagsInEngine(engine, 'mirror.test/x', PLATFORM);
    expect(found.map(({ reference, tag, architectures }) => [reference, tag, architectures])).toEqual([
      [`hexpm/elixir:${TAG}`, TAG, ['arm64']],
      [`mirror.test/x/hexpm/elixir:${TAG}`, TAG, ['amd64']],
      [`localhost/hexpm/elixir:${TAG}`, TAG, ['amd64']],
    ]);
    expect(await tagsInEngine(engine, undefined, PLATFORM)).toHaveLength(2);
  });

  it('passes over names that are no version, and names of other repositories on the same image', async () => {
    const engine = fakeEngine();
    engine.addImage({ names: ['hexpm/elixir:latest', `hexpm/elixir:${TAG}`, `other/elixir:${TAG}`] });
    const found = await tagsInEngine(engine, undefined, PLATFORM);
    expect(found.map(({ reference }) => reference)).toEqual([`hexpm/elixir:${TAG}`]);
  });

  it('has those of the repository for one platform, of that platform alone', async () => {
    const engine = fakeEngine();
    engine.addImage({ names: [`hexpm/elixir-arm64:${TAG}`], platform: 'linux/arm64' });
    const found = await tagsInEngine(engine, undefined, 'linux/arm64');
    expect(found.map(({ reference }) => reference)).toEqual([`hexpm/elixir-arm64:${TAG}`]);
    expect(await tagsInEngine(engine, undefined, PLATFORM)).toEqual([]);
  });

  it('takes the registry of Docker Hub off names that have it', async () => {
    const fake = fakeEngine();
    const { id } = fake.addImage({ names: [`hexpm/elixir:${TAG}`] });
    const names = [`docker.io/hexpm/elixir:${TAG}`];
    const list = () => Promise.resolve([{ id, names, labels: {} }]);
    const found = await tagsInEngine({ ...fake, images: { ...fake.images, list } }, undefined, PLATFORM);
    expect(found.map(({ reference }) => reference)).toEqual([`hexpm/elixir:${TAG}`]);
  });

  it('passes over an image that is gone when it is looked at', async () => {
    const fake = fakeEngine();
    fake.addImage({ names: [`hexpm/elixir:${TAG}`] });
    const inspect = () => Promise.resolve(undefined);
    expect(await tagsInEngine({ ...fake, images: { ...fake.images, inspect } }, undefined, PLATFORM)).toEqual([]);
  });
});
