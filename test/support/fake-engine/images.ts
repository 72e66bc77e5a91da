import type { ImageBuild, Images, TransferOptions } from '../../../src/engine/engine.js';
import { refused } from '../../../src/engine/failure.js';
import { unpacked, type FakeFile } from './files.js';
import { carries, freshId, type FakeImage, type World } from './world.js';

export function fakeImages(world: World): Images {
  const { faults } = world;
  return {
    inspect: (reference, platform) =>
      faults.call({ name: 'images.inspect', about: reference }, () => {
        const found = findImage(world, reference, platform);
        if (!found) return undefined;
        const { id, names, digests, labels, searchPath } = found;
        const path = searchPath === undefined ? {} : { searchPath };
        return { id, platform: found.platform, names, digests, labels, ...path };
      }),
    list: ({ labels = {}, reference, platform }) =>
      faults.call({ name: 'images.list', about: reference ?? '' }, () =>
        world.images
          .filter((image) => carries(image.labels, labels))
          .filter((image) => reference === undefined || image.names.some((name) => isNamed(name, reference)))
          .filter((image) => !world.platformsApart || platform === undefined || image.platform === platform)
          .map(({ id, names, labels: own }) => ({ id, names, labels: own })),
      ),
    single: ({ id }, reference) => faults.call({ name: 'images.single', about: reference }, () => id),
    pull: (reference, options) =>
      faults.call({ name: 'images.pull', about: reference }, () => pull(world, reference, options), options),
    push: (reference, options) =>
      faults.call({ name: 'images.push', about: reference }, () => push(world, reference, options), options),
    tag: (image, { repository, tag }) =>
      faults.call({ name: 'images.tag', about: `${repository}:${tag}` }, () => {
        const found = findImage(world, image);
        if (!found) throw refused(`to name an image ${repository}:${tag}`, `No such image: ${image}`, 404);
        addImage(world, { ...found, names: [...new Set([...found.names, `${repository}:${tag}`])] });
      }),
    buildKit: () => Promise.resolve(world.buildKit),
    build: (build) =>
      faults.call(
        { name: 'images.build', about: build.tag ?? build.dockerfile },
        (midway) => built(world, build, midway),
        build,
      ),
    remove: (reference, options = {}) =>
      faults.call({ name: 'images.remove', about: reference }, () => remove(world, reference, options)),
  };
}

/** Puts an image into the engine; it takes its names from images that have them. */
export function addImage(world: World, image: FakeImage): void {
  const others = world.images.splice(0).filter((other) => other.id !== image.id || apart(world, other, image));
  for (const other of others) {
    const names = apart(world, other, image) ? other.names : other.names.filter((name) => !image.names.includes(name));
    world.images.push({ ...other, names });
  }
  world.images.push(image);
}

function apart({ platformsApart }: World, one: FakeImage, other: FakeImage): boolean {
  return platformsApart && one.platform !== other.platform;
}

/** The image of a name, digest or identifier: for the platform, else for the engine's own, else whichever is there. */
export function findImage(world: World, reference: string, platform?: string): FakeImage | undefined {
  const found = world.images.filter((image) => isReference(image, reference));
  const own = `linux/${world.architecture}`;
  return (
    found.find((image) => image.platform === platform) ?? found.find((image) => image.platform === own) ?? found[0]
  );
}

function isReference({ id, names, digests }: FakeImage, reference: string): boolean {
  return (
    id === reference ||
    id === `sha256:${reference}` ||
    digests.includes(reference) ||
    names.includes(withTag(reference))
  );
}

function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(name) ? reference : `${reference}:latest`;
}

function isNamed(name: string, wanted: string): boolean {
  return name === wanted || name.slice(0, name.lastIndexOf(':')) === wanted;
}

function pull(world: World, reference: string, { platform }: TransferOptions): void {
  const doing = `to pull image ${reference}`;
  const named = world.published.filter((image) => isReference(image, reference));
  if (named.length === 0) throw refused(doing, `manifest for ${reference} not found: manifest unknown`, 404);
  const found = named.find((image) => image.platform === platform);
  if (!found) throw refused(doing, `no matching manifest for ${platform} in the manifest list entries`, 404);
  // By its digest it gets no name.
  addImage(world, reference.includes('@') ? { ...found, names: [] } : found);
}

function push(world: World, reference: string, { platform }: TransferOptions): void {
  const found = findImage(world, reference, platform);
  if (!found)
    throw refused(`to push image ${reference}`, `An image does not exist locally with the tag: ${reference}`, 404);
  world.published.push({ ...found, names: [reference] });
}

async function built(world: World, build: ImageBuild, midway: boolean): Promise<string> {
  const doing = 'to build an image';
  const { context, signal, onOutput, ...rest } = build;
  const files = new Map<string, FakeFile>(await unpacked(context));
  const dockerfile = files.get(build.dockerfile);
  if (!dockerfile) throw refused(doing, `Cannot locate specified Dockerfile: ${build.dockerfile}`, 500);
  const base = baseOf(dockerfile.content.toString(), build.args);
  const from = base === 'scratch' ? undefined : findImage(world, base, build.platform);
  if (!from && base !== 'scratch') throw refused(doing, `pull access denied for ${base}, repository does not exist`);
  onOutput(`Step 1/1 : FROM ${base}\n`);
  if (midway) return '';
  const { output = '', error } = await world.handlers.build({ ...rest, signal, onOutput }, files);
  if (output !== '') onOutput(output);
  if (error !== undefined) throw refused(doing, error);
  const id = `sha256:${freshId()}`;
  addImage(world, {
    id,
    platform: build.platform,
    names: build.tag === undefined ? [] : [withTag(build.tag)],
    digests: [],
    labels: { ...from?.labels, ...build.labels },
    directories: from?.directories ?? [],
    users: from?.users ?? [],
  });
  return id;
}

function baseOf(dockerfile: string, args: Readonly<Record<string, string>>): string {
  const from = /^FROM\s+(?:--\S+\s+)*(\S+)/im.exec(dockerfile)?.[1] ?? 'scratch';
  return from.replace(/\$\{?(\w+)\}?/g, (_, name: string) => args[name] ?? '');
}

function remove(world: World, reference: string, { force = false }: { readonly force?: boolean }): void {
  const found = findImage(world, reference);
  if (!found) return;
  const used = [...world.containers.values()].some(({ spec }) => isReference(found, spec.image));
  const names = force || found.id === reference ? [] : found.names.filter((name) => name !== withTag(reference));
  if (used && names.length === 0) {
    throw refused(`to remove image ${reference}`, 'conflict: image is being used by running container', 409);
  }
  const others = world.images.splice(0).filter((image) => image !== found);
  world.images.push(...others, ...(names.length > 0 ? [{ ...found, names }] : []));
}
