import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { expect } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import type { Engine, ImageBuild } from '../../../src/engine/engine.js';
import { reasonOf } from '../../../src/engine/failure.js';
import { failureOf, mark, type Case, type Subject } from './subject.js';

/** A build on the image of the contract, by a Dockerfile of these lines. */
export function buildOf(
  { image, platform }: Subject,
  lines: readonly string[],
  changes: Partial<ImageBuild> = {},
): ImageBuild {
  const text = ['ARG BASE', 'FROM $BASE', ...lines, ''].join('\n');
  return {
    context: packFiles([{ path: 'Dockerfile', text }]),
    ...{ dockerfile: 'Dockerfile', platform, args: { BASE: image }, labels: {}, tag: undefined, pull: false },
    ...{ signal: new AbortController().signal, onOutput: () => undefined },
    ...changes,
  };
}

async function removed({ images }: Engine, reference: string, platform: string): Promise<void> {
  await images.remove(reference);
  expect(await images.inspect(reference, platform)).toBeUndefined();
}

/** What holds of images. */
export const IMAGES: readonly Case[] = [
  {
    title: 'knows an image by its name and by its identifier, and none that is not there',
    check: async ({ engine, image, platform }) => {
      const found = await engine.images.inspect(image, platform);
      expect(found?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(found?.platform).toBe(platform);
      expect(await engine.images.inspect(found?.id ?? '', platform)).toMatchObject({ id: found?.id, platform });
      expect(await engine.images.inspect(image)).toMatchObject({ id: found?.id });
      expect(await engine.images.inspect('mix-release-contract/none:1', platform)).toBeUndefined();
      expect(await engine.images.inspect('mix-release-contract/none:1')).toBeUndefined();
    },
  },
  {
    title: 'has an image for whatever platform it is, where it has only that',
    check: async ({ engine, image, platform }) => {
      expect(await engine.images.inspect(image, 'linux/s390x')).toMatchObject({ platform });
    },
  },
  {
    title: 'gives an image a further name, finds it by that, and takes the name away',
    check: async ({ engine, image, platform }) => {
      const { id } = mark();
      const repository = `mix-release-contract/tagged-${id}`;
      const { images } = engine;
      const found = await images.inspect(image, platform);
      await images.tag(image, { repository, tag: '1' });
      await images.tag(image, { repository, tag: '2' });
      expect((await images.inspect(`${repository}:1`, platform))?.id).toBe(found?.id);
      const names = async (reference: string): Promise<readonly string[]> =>
        (await images.list({ reference, platform })).flatMap((each) => each.names).filter((name) => name.includes(id));
      expect((await names(`${repository}:2`)).length).toBeGreaterThan(0);
      expect((await names(repository)).map((name) => name.slice(-2)).sort()).toEqual([':1', ':2']);
      expect(await names(`${repository}-other`)).toEqual([]);
      await removed(engine, `${repository}:1`, platform);
      await removed(engine, `${repository}:2`, platform);
      expect((await images.inspect(image, platform))?.id).toBe(found?.id);
      await images.remove(`${repository}:1`);
    },
  },
  {
    title: 'gives no name to an image that is not there',
    check: async ({ engine }) => {
      const name = { repository: 'mix-release-contract/never', tag: '1' };
      expect(await failureOf(engine.images.tag('mix-release-contract/none:1', name))).toMatchObject({
        code: 'engine-error',
        status: 404,
      });
    },
  },
  {
    title: 'builds an image with labels and a name, and lists it by its labels',
    check: async (subject) => {
      const { engine, platform } = subject;
      const { id, labels } = mark();
      const tag = `mix-release-contract/built-${id}:1`;
      let output = '';
      const onOutput = (text: string): void => void (output += text);
      const made = await engine.images.build(buildOf(subject, [], { labels, tag, onOutput }));
      // The older builder counts steps from 1, BuildKit says of how many.
      expect(output).toMatch(/step 1|\[1\/1\]/i);
      const found = await engine.images.inspect(tag, platform);
      expect(found?.id).toContain(made.replace(/^sha256:/, ''));
      expect(found).toMatchObject({ platform });
      expect(found?.labels).toMatchObject(labels);
      const listed = await engine.images.list({ labels });
      expect(listed.flatMap(({ names }) => names).some((name) => name.endsWith(tag))).toBe(true);
      expect(listed[0]?.labels).toMatchObject(labels);
      expect(await engine.images.list({ labels: { ...labels, other: true } })).toEqual([]);
      await removed(engine, tag, platform);
      expect(await engine.images.list({ labels })).toEqual([]);
    },
  },
  {
    title: 'fails a build whose step fails, with what it printed before',
    check: async (subject) => {
      let output = '';
      const onOutput = (text: string): void => void (output += text);
      const build = buildOf(subject, ['RUN echo "before the end"; exit 7'], { onOutput });
      const error = await failureOf(subject.engine.images.build(build));
      expect(error).toMatchObject({ code: 'engine-error' });
      expect(reasonOf(error)).toMatch(/7/);
      expect(output).toContain('before the end');
    },
  },
  {
    title: 'refuses a build without its Dockerfile, and one from an image that is nowhere',
    check: async (subject) => {
      const { images } = subject.engine;
      expect(await failureOf(images.build(buildOf(subject, [], { dockerfile: 'Other' })))).toMatchObject({
        code: 'engine-error',
      });
      const nowhere = buildOf(subject, [], { args: { BASE: 'localhost:1/none:1' } });
      expect(await failureOf(images.build(nowhere))).toMatchObject({ code: 'engine-error' });
    },
  },
  {
    title: 'fails a build with the own error of a context that breaks',
    check: async (subject) => {
      const broken = async function* (): AsyncGenerator<Buffer, void> {
        yield Buffer.alloc(512);
        await sleep(10);
        throw new Error('the disk went away');
      };
      const build = buildOf(subject, [], { context: Readable.from(broken()) });
      await expect(subject.engine.images.build(build)).rejects.toThrow(/^the disk went away$/);
    },
  },
  {
    title: 'ends a build with the reason of its signal',
    check: async (subject) => {
      const reason = new Error('cancelled by the test');
      const before = buildOf(subject, [], { signal: AbortSignal.abort(reason) });
      await expect(subject.engine.images.build(before)).rejects.toBe(reason);
      const controller = new AbortController();
      const running = buildOf(subject, ['RUN sleep 60'], { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 500);
      await expect(subject.engine.images.build(running)).rejects.toBe(reason);
    },
  },
  {
    title: 'gives an identifier by which an image is found alone, for names and for the steps of a build',
    check: async (subject) => {
      const { engine, image, platform } = subject;
      const { images } = engine;
      const found = await images.inspect(image, platform);
      if (!found) throw new Error('the image of the contract is not there');
      const id = await images.single(found, image);
      expect(await images.inspect(id)).toMatchObject({ id, platform });
      expect(await images.single({ ...found, id }, image)).toBe(id);
      const { id: name, labels } = mark();
      const tag = `mix-release-contract/single-${name}:1`;
      const made = await images.build(buildOf(subject, [], { args: { BASE: id }, labels, tag }));
      expect((await images.inspect(tag, platform))?.id).toContain(made.replace(/^sha256:/, ''));
      await removed(engine, tag, platform);
      // Nothing that the build called the image is left, and the image is.
      expect((await images.inspect(image, platform))?.id).toBe(found.id);
    },
  },
  {
    title: 'cannot pull what no registry has',
    check: async ({ engine, platform }) => {
      const options = { platform, login: undefined, signal: new AbortController().signal };
      const error = await failureOf(engine.images.pull('localhost:1/none:1', options));
      expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
    },
  },
];
