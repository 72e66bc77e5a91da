import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ensureImage, type BaseImageSpec } from '../../../src/builder/image.js';
import { login, pullImage } from '../../../src/builder/pull.js';
import { findTarget } from '../../../src/targets/find.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const target = findTarget('x86_64-unknown-linux-gnu');
const NAME = 'hexpm/elixir:1';
const DIGEST = `sha256:${'1'.repeat(64)}`;
const OTHER = 'linux/arm64';

const wanted = (changes: Partial<BaseImageSpec> = {}): BaseImageSpec => ({
  ...{ reference: NAME, digest: undefined, pull: 'missing', target },
  ...changes,
});
const context = { env: { DOCKER_CONFIG: '/nowhere' }, signal: new AbortController().signal, onLine: () => undefined };
const pulls = (engine: FakeEngine): readonly string[] =>
  engine.calls.filter(({ name }) => name === 'images.pull').map(({ about }) => about);

describe('ensureImage', () => {
  it.each<[string, Partial<BaseImageSpec>, boolean]>([
    ['there already', {}, false],
    ['there already, whatever may be pulled', { pull: 'never' }, false],
    ['pulled for every build', { pull: 'always' }, true],
  ])('has an image that is %s', async (_, changes, pulled) => {
    const engine = fakeEngine();
    engine.addImage({ names: [NAME] });
    const newer = engine.publish({ names: [NAME] });
    const { id, reference } = await ensureImage(engine, wanted(changes), context);
    expect(reference).toBe(NAME);
    expect(pulls(engine)).toEqual(pulled ? [NAME] : []);
    expect(id === newer.id).toBe(pulled);
  });

  it('pulls one that is missing', async () => {
    const engine = fakeEngine();
    const { id } = engine.publish({ names: [NAME] });
    expect(await ensureImage(engine, wanted(), context)).toEqual({ reference: NAME, id, digest: id });
  });

  it('pulls one by the digest that was looked up, gives it its tag, and finds it again without a pull', async () => {
    const engine = fakeEngine();
    const { id } = engine.publish({ names: [NAME], digests: [`hexpm/elixir@${DIGEST}`] });
    const image = { reference: NAME, id, digest: DIGEST };
    expect(await ensureImage(engine, wanted({ digest: DIGEST }), context)).toEqual(image);
    expect(await ensureImage(engine, wanted({ digest: DIGEST, pull: 'always' }), context)).toEqual(image);
    expect(pulls(engine)).toEqual([`hexpm/elixir@${DIGEST}`]);
    expect((await engine.images.inspect(NAME))?.id).toBe(id);
  });

  it('pulls the platform where another one has the name', async () => {
    const engine = fakeEngine();
    engine.addImage({ names: [NAME], platform: OTHER });
    const { id } = engine.publish({ names: [NAME] });
    expect((await ensureImage(engine, wanted(), context)).id).toBe(id);
  });

  it('takes the platform among several of one name', async () => {
    const engine = fakeEngine({ architecture: 'arm64', platformsApart: true });
    engine.addImage({ names: [NAME], platform: OTHER });
    const { id } = engine.addImage({ names: [NAME], platform: target.platform });
    expect((await ensureImage(engine, wanted(), context)).id).toBe(id);
  });

  it('pulls the manifest of the platform alone where a name turns out to be that of an index', async () => {
    const fake = fakeEngine({ platformsApart: true });
    const { id } = fake.publish({ names: [NAME], digests: [`hexpm/elixir@${DIGEST}`] });
    const byId = `hexpm/elixir@${id}`;
    fake.publish({ id, names: [], digests: [byId] });
    const inspect = (reference: string, platform?: string): ReturnType<typeof fake.images.inspect> =>
      reference === id && !pulls(fake).includes(byId)
        ? Promise.resolve(undefined)
        : fake.images.inspect(reference, platform);
    const engine = { ...fake, images: { ...fake.images, inspect } };
    expect((await ensureImage(engine, wanted(), context)).id).toBe(id);
    expect(pulls(fake)).toEqual([NAME, byId]);
  });

  it.each(['missing', 'never'] as const)(
    'with pull %s, has the manifest of one that cannot be copied',
    async (pull) => {
      const engine = fakeEngine();
      const { id } = engine.addImage({ names: [NAME] });
      engine.publish({ id, names: [], digests: [`hexpm/elixir@${id}`] });
      engine.fail('images.single', { kind: 'refuse', status: 500, reason: 'content not found' });
      const finding = (): Promise<unknown> => ensureImage(engine, wanted({ pull }), context);
      if (pull === 'never') expect(await errorOf(finding)).toMatchObject({ code: 'engine-error' });
      else expect(await finding()).toMatchObject({ id });
      expect(pulls(engine)).toEqual(pull === 'never' ? [] : [`hexpm/elixir@${id}`]);
    },
  );

  it('records the digest of a manifest that the engine tells before that of what was pulled, which may be an index', async () => {
    const fake = fakeEngine();
    const { id } = fake.addImage({ names: [NAME], digests: [`hexpm/elixir@${DIGEST}`] });
    const inspect = async (reference: string): ReturnType<typeof fake.images.inspect> => {
      const found = await fake.images.inspect(reference);
      return found && { ...found, manifest: found.id };
    };
    const engine = { ...fake, images: { ...fake.images, inspect } };
    expect((await ensureImage(engine, wanted(), context)).digest).toBe(id);
  });

  it('takes what it pulled by a digest where the engine cannot tell the platform, and nothing else of the kind', async () => {
    const engine = fakeEngine();
    const { id } = engine.publish({ names: [NAME], digests: [`hexpm/elixir@${DIGEST}`], platform: target.platform });
    const images = { ...engine.images };
    const inspect: typeof images.inspect = async (reference, platform) => {
      const found = await images.inspect(reference, platform);
      return found && { ...found, platform: '' };
    };
    const vague = { ...engine, images: { ...images, inspect } };
    expect((await ensureImage(vague, wanted({ digest: DIGEST }), context)).id).toBe(id);
    const error = await errorOf(() => ensureImage(vague, wanted(), context));
    expect(error).toMatchObject({ code: 'image-platform-mismatch' });
    expect(error.message).toContain('is for an unknown platform');
  });

  it('refuses one for another platform, and one for which no other is to be had', async () => {
    const engine = fakeEngine();
    engine.addImage({ names: [NAME], platform: OTHER });
    for (const pull of ['never', 'missing'] as const) {
      const error = await errorOf(() => ensureImage(engine, wanted({ pull }), context));
      expect(error).toMatchObject({ code: 'image-platform-mismatch', exitStatus: 4 });
      expect(error.message).toContain('is for linux/arm64');
      expect(error.next.includes('Pulling one failed')).toBe(pull === 'missing');
    }
  });

  it('refuses one that is missing and may not be pulled', async () => {
    const error = await errorOf(() => ensureImage(fakeEngine(), wanted({ pull: 'never' }), context));
    expect(error).toMatchObject({ code: 'image-not-found' });
  });

  it('does not believe an engine that says it pulled one and has none', async () => {
    const fake = fakeEngine();
    const engine = { ...fake, images: { ...fake.images, pull: () => Promise.resolve() } };
    const error = await errorOf(() => ensureImage(engine, wanted(), context));
    expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
    expect(error.message).toContain(NAME);
  });
});

describe('pullImage', () => {
  it.each<[string, number, string]>([
    ['image-not-found', 404, 'manifest unknown'],
    ['image-not-found', 500, 'pull access denied, repository does not exist'],
    ['image-not-found', 500, 'unauthorized: authentication required'],
    ['image-not-found', 400, 'something else'],
    ['image-registry-outage', 500, 'Get "https://x": dial tcp 1.2.3.4:443: i/o timeout'],
    ['image-registry-outage', 200, 'toomanyrequests: rate limit'],
    ['image-registry-outage', 500, 'something else'],
  ])('is %s for status %i and %j', async (code, status, reason) => {
    const engine = fakeEngine();
    engine.fail('images.pull', { kind: 'refuse', status, reason });
    const error = await errorOf(() => pullImage(engine, NAME, target.platform, context));
    expect(error).toMatchObject({ code, exitStatus: 4 });
    expect(error.message).toContain(reason);
    expect(error.message).toContain(NAME);
  });

  it.each(['before', 'midway'] as const)('says nothing of a registry where the engine is lost %s', async (when) => {
    const engine = fakeEngine();
    engine.publish({ names: [NAME] });
    engine.fail('images.pull', { kind: 'break', when });
    const error = await errorOf(() => pullImage(engine, NAME, target.platform, context));
    expect(error).toMatchObject({ code: 'engine-connection-lost', exitStatus: 3 });
  });

  it('ends with the reason of the signal', async () => {
    const engine = fakeEngine();
    engine.fail('images.pull', { kind: 'hang' });
    const controller = new AbortController();
    const pulling = pullImage(engine, NAME, target.platform, { ...context, signal: controller.signal });
    const reason = new Error('cancelled');
    setImmediate(() => controller.abort(reason));
    await expect(pulling).rejects.toBe(reason);
  });

  it('waits for an answer that is late', async () => {
    const engine = fakeEngine();
    engine.publish({ names: [NAME] });
    engine.fail('images.pull', { kind: 'late', milliseconds: 50 });
    await pullImage(engine, NAME, target.platform, context);
    expect(engine.left().images).toEqual([NAME]);
  });
});

describe('login', () => {
  it('is what docker login left for the registry, and nothing for any other', async () => {
    const auth = Buffer.from('ann:secret').toString('base64');
    const home = await directoryWith({ 'config.json': JSON.stringify({ auths: { 'a.test': { auth } } }) });
    const own = { ...context, env: { DOCKER_CONFIG: path.resolve(home) } };
    expect(await login('a.test/x:1', own)).toEqual({ username: 'ann', password: 'secret', serveraddress: 'a.test' });
    expect(await login('b.test/x:1', own)).toBeUndefined();
  });
});
