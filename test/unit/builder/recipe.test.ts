import { describe, expect, it, jest } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  MIX_CONTEXT,
  builderTag,
  toolsDockerfile,
  type UserDockerfile,
  type Recipe,
} from '../../../src/builder/recipe.js';
import { findTarget } from '../../../src/targets/find.js';
import { TARGETS } from '../../../src/targets/table.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const target = findTarget('x86_64-unknown-linux-gnu');
const ours: Recipe = { target, packages: ['cmake', 'libsqlite3-dev'], dockerfile: undefined };
const dockerfile: UserDockerfile = {
  ...{ name: 'ci/Dockerfile', path: 'Dockerfile', usesBase: true, contextHash: 'a'.repeat(64) },
  context: () => Readable.from([]),
};
const own: Recipe = { target, packages: [], dockerfile };

describe('builderTag', () => {
  it.each([
    ['ours', ours],
    ["the user's", own],
  ])('for a Dockerfile of %s is a tag that every engine takes, the same with every call', (_, recipe) => {
    expect(builderTag(recipe, DIGEST)).toMatch(/^mix-release-builder:[0-9a-f]{16}$/);
    expect(builderTag({ ...recipe, target: { ...target } }, DIGEST)).toBe(builderTag(recipe, DIGEST));
  });

  it.each<[string, Recipe, Recipe, string | undefined]>([
    ['base', ours, ours, `sha256:${'1'.repeat(64)}`],
    ['base, none at all', own, own, undefined],
    ['platform', ours, { ...ours, target: { ...target, platform: 'linux/arm64' } }, DIGEST],
    ['C library', ours, { ...ours, target: { ...target, libc: 'musl' } }, DIGEST],
    ['package', ours, { ...ours, packages: ['cmake', 'libsqlite3-0'] }, DIGEST],
    ['number of packages', ours, { ...ours, packages: ['cmake'] }, DIGEST],
    ['Dockerfile, none of ours', { ...ours, packages: [] }, own, DIGEST],
    ['content of it', own, { ...own, dockerfile: { ...dockerfile, contextHash: 'b'.repeat(64) } }, DIGEST],
    ['Dockerfile beside it', own, { ...own, dockerfile: { ...dockerfile, path: 'Dockerfile.ci' } }, DIGEST],
  ])('changes with another %s', (_, recipe, other, digest) => {
    expect(builderTag(other, digest)).not.toBe(builderTag(recipe, DIGEST));
  });

  it.each([
    ['src/builder/elixir/tasks.ex', 'ours', ours, true],
    ['dockerfiles/mix.Dockerfile', 'ours', ours, true],
    ['dockerfiles/gnu.Dockerfile', 'ours', ours, true],
    ['dockerfiles/musl.Dockerfile', 'ours', ours, false],
    ['src/builder/elixir/observer.ex', 'ours', ours, true],
    ['src/builder/elixir/tasks.ex', "the user's", own, true],
    ['dockerfiles/mix.Dockerfile', "the user's", own, true],
    ['dockerfiles/gnu.Dockerfile', "the user's", own, false],
  ])('when the text of %s changes, for a Dockerfile of %s', async (file, _, recipe, changes) => {
    jest.resetModules();
    jest.unstable_mockModule(`../../../${file}`, () => ({ default: 'another text' }));
    const changed = await import('../../../src/builder/recipe.js');
    jest.unstable_unmockModule(`../../../${file}`);
    expect(changed.builderTag(recipe, DIGEST) !== builderTag(recipe, DIGEST)).toBe(changes);
  });

  it.each<[string, Recipe, Recipe]>([
    ['its name in the table', ours, { ...ours, target: { ...target, triple: 'other', runner: 'other' } }],
    ['where a Dockerfile lies', own, { ...own, dockerfile: { ...dockerfile, name: 'elsewhere/Dockerfile' } }],
    ['how its context is read', own, { ...own, dockerfile: { ...dockerfile, context: () => Readable.from(['x']) } }],
  ])('does not change with %s', (_, recipe, other) => {
    expect(builderTag(other, DIGEST)).toBe(builderTag(recipe, DIGEST));
  });

  it('is another for each target of the table', () => {
    const tags = TARGETS.map((each) => builderTag({ ...ours, target: each }, DIGEST));
    expect(new Set(tags).size).toBe(TARGETS.length);
  });
});

describe('the Dockerfiles that come with the program', () => {
  it.each([
    ['x86_64-unknown-linux-gnu', 'dockerfiles/gnu.Dockerfile', 'apt-get'],
    ['aarch64-unknown-linux-musl', 'dockerfiles/musl.Dockerfile', 'apk add'],
  ])('for %s are %s, which installs by %s', (triple, name, program) => {
    const found = toolsDockerfile(findTarget(triple));
    expect(found.name).toBe(name);
    expect(found.text).toContain(program);
  });

  it.each([...TARGETS.map((each) => toolsDockerfile(each).text), MIX_CONTEXT[0].text])(
    'start from the image that they are given',
    (text) => {
      expect(text).toMatch(/^ARG BASE\nFROM \$\{BASE\}$/m);
    },
  );

  it('bring every file of our tasks, which the last of them copies', async () => {
    const [{ text }, ...others] = MIX_CONTEXT;
    expect(text).toContain('COPY *.ex ');
    const files = await readdir(new URL('../../../src/builder/elixir/', import.meta.url));
    expect(others.map(({ path }) => path)).toEqual(files.filter((name) => name.endsWith('.ex')).sort());
    for (const other of others) expect(other.text).toContain('defmodule');
  });
});
