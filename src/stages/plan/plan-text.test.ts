import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { ChosenImage } from './choose-image.js';
import type { BuildPlan } from './plan.js';
import { missingTools, probeLine } from '../../builder/probe-text.js';
import { planFacts, planLines } from './plan-text.js';
import type { Expected } from '../../builder/expected.js';
import { findTarget } from '../../targets/find.js';
import { PROBE } from '../../../test/unit/support/probe.js';

const gnu = findTarget('x86_64-unknown-linux-gnu');
const musl = findTarget('aarch64-unknown-linux-musl');
const expected: Expected = { target: gnu, elixir: undefined, otp: undefined, system: undefined, glibc: undefined };
const REFERENCE = 'hexpm/elixir:1.18.3-erlang-27.3.4-debian-bookworm-20250623-slim';
const VERSIONS = ['Elixir 1.18.3 (from .tool-versions:1)', 'OTP 27 (from otp-version)'];

const image: ChosenImage = {
  wanted: { reference: REFERENCE, digest: 'sha256:abc', pull: 'missing', target: gnu },
  source: 'published',
  expected,
  versions: VERSIONS,
  system: 'debian:bookworm, glibc 2.36 (the default)',
};

/** Everything is known: a native build on an image that was looked up. */
const plan: BuildPlan = {
  target: gnu,
  targetInput: gnu.triple,
  engine: { architecture: 'amd64', emulated: false },
  image,
  digest: 'sha256:abc',
  recipe: { target: gnu, packages: [], dockerfile: undefined },
  expected,
  versions: VERSIONS,
  builder: { tag: 'mix-release-builder:abc', present: true },
  missingVariables: [],
  smokes: true,
};

/** An emulated build for musl on an image that was named and is not here. */
const named: BuildPlan = {
  ...plan,
  ...{ target: musl, targetInput: 'linux-arm64-musl', engine: { architecture: 'amd64', emulated: true } },
  image: {
    ...image,
    ...{ wanted: { reference: 'team/elixir:1', digest: undefined, pull: 'always', target: musl }, source: 'named' },
    ...{ versions: [], system: undefined },
  },
  digest: undefined,
  recipe: { target: musl, packages: ['sqlite-dev', 'cmake'], dockerfile: undefined },
  versions: [],
  builder: undefined,
};

const dockerfile = {
  ...{ name: 'ci/Dockerfile', path: 'Dockerfile', usesBase: false, contextHash: 'abc' },
  context: () => Readable.from([]),
};

/** A build in an image of the user's own Dockerfile, which starts from its own base. */
const own: BuildPlan = {
  ...plan,
  image: undefined,
  digest: undefined,
  recipe: { target: gnu, packages: [], dockerfile },
  versions: [],
  builder: { tag: 'mix-release-builder:own', present: false },
};

describe('planLines', () => {
  it.each<[string, BuildPlan, readonly string[]]>([
    [
      'a native build on a published image',
      plan,
      [
        'target   x86_64-unknown-linux-gnu: linux/amd64, glibc',
        'engine   amd64, native',
        'method   native (the engine is amd64)',
        'versions Elixir 1.18.3 (from .tool-versions:1), OTP 27 (from otp-version)',
        'system   debian:bookworm, glibc 2.36 (the default)',
        `image    ${REFERENCE} (published; pulled by its digest)`,
        'digest   sha256:abc',
        'builder  mix-release-builder:abc (present, made by dockerfiles/gnu.Dockerfile)',
      ],
    ],
    [
      'an emulated build on an image that was named',
      named,
      [
        'target   aarch64-unknown-linux-musl (asked as linux-arm64-musl): linux/arm64, musl',
        'engine   amd64, emulates linux/arm64: six to twenty times slower than a native runner (ubuntu-24.04-arm)',
        'method   emulate (the engine is amd64, and emulation was asked for)',
        'versions whatever the image has',
        'image    team/elixir:1 (named by image)',
        'builder  made by dockerfiles/musl.Dockerfile with sqlite-dev, cmake, once the image is here',
      ],
    ],
    [
      "a build in the user's own image",
      own,
      [
        'target   x86_64-unknown-linux-gnu: linux/amd64, glibc',
        'engine   amd64, native',
        'method   native (the engine is amd64)',
        'versions whatever ci/Dockerfile has',
        'image    the own base of ci/Dockerfile',
        'builder  mix-release-builder:own (made by ci/Dockerfile)',
      ],
    ],
    [
      "a build in the user's own image with versions that it has to have",
      { ...own, versions: VERSIONS },
      expect.arrayContaining([`versions ${VERSIONS.join(', ')}`]) as unknown as readonly string[],
    ],
    [
      "a build in an image of the user's Dockerfile on a base that was chosen",
      { ...plan, recipe: { ...plan.recipe, dockerfile: { ...dockerfile, usesBase: true } } },
      expect.arrayContaining([
        `image    ${REFERENCE} (published; pulled by its digest)`,
        'builder  mix-release-builder:abc (present, made by ci/Dockerfile)',
      ]) as unknown as readonly string[],
    ],
  ])('tell of %s', (_, given, lines) => {
    expect(planLines(given)).toEqual(lines);
  });

  it.each([
    ['named', 'named by image'],
    ['engine', 'in the engine'],
    ['published', 'published; pulled by its digest'],
    ['official', 'official image; pulled by its digest'],
  ] as const)('say of an image whose source is %s: %s', (source, words) => {
    expect(planLines({ ...plan, image: { ...image, source } })).toContain(`image    ${REFERENCE} (${words})`);
  });
});

describe('planLines of a release that insists on variables', () => {
  const missingVariables = [
    { name: 'DATABASE_URL', file: 'config/runtime.exs', line: 3 },
    { name: 'PORT', file: 'config/runtime.exs', line: 9 },
  ];

  it('name all of them, and what to write for them', () => {
    expect(planLines({ ...plan, missingVariables }).slice(-6)).toEqual([
      'needs    DATABASE_URL, PORT (config/runtime.exs insists on them, and smoke-env lacks them)',
      '         smoke-env: |',
      '           DATABASE_URL=ecto://nobody:nothing@127.0.0.1/none',
      '           PORT=4000',
      '         on the command line:',
      '           --smoke-env DATABASE_URL=ecto://nobody:nothing@127.0.0.1/none --smoke-env PORT=4000',
    ]);
  });

  it('name them where there is no smoke test', () => {
    expect(planLines({ ...plan, missingVariables, smokes: false }).at(-1)).toBe(
      'needs    DATABASE_URL, PORT (config/runtime.exs insists on them)',
    );
  });
});

describe('planFacts', () => {
  it('have every decision', () => {
    expect(planFacts(plan)).toEqual({
      target: 'x86_64-unknown-linux-gnu',
      requested: 'x86_64-unknown-linux-gnu',
      platform: 'linux/amd64',
      libc: 'glibc',
      engine: { architecture: 'amd64', emulated: false },
      method: 'native',
      why: 'the engine is amd64',
      versions: VERSIONS,
      system: 'debian:bookworm, glibc 2.36 (the default)',
      image: REFERENCE,
      imageSource: 'published',
      imageDigest: 'sha256:abc',
      builder: 'mix-release-builder:abc',
      builderPresent: true,
      dockerfile: 'dockerfiles/gnu.Dockerfile',
      packages: [],
      missingVariables: [],
      smokeEnv: [],
    });
  });

  it('have the variables that the release insists on, with what to begin with', () => {
    const missingVariables = [{ name: 'PORT', file: 'config/runtime.exs', line: 3 }];
    expect(planFacts({ ...plan, missingVariables })).toMatchObject({ missingVariables, smokeEnv: ['PORT=4000'] });
  });

  it.each<[string, BuildPlan, object]>([
    [
      'an image that is not here yet',
      named,
      {
        ...{ target: 'aarch64-unknown-linux-musl', requested: 'linux-arm64-musl', versions: [], system: null },
        ...{ image: 'team/elixir:1', imageSource: 'named', imageDigest: null, builder: null, builderPresent: false },
        ...{ dockerfile: 'dockerfiles/musl.Dockerfile', packages: ['sqlite-dev', 'cmake'] },
      },
    ],
    [
      "the user's own image",
      own,
      {
        ...{ system: null, image: null, imageSource: null, imageDigest: null, dockerfile: 'ci/Dockerfile' },
        ...{ builder: 'mix-release-builder:own', builderPresent: false },
      },
    ],
  ])('have null for what is not known of %s', (_, given, facts) => {
    expect(planFacts(given)).toMatchObject(facts);
  });

  it('have the same names for every plan, as JSON', () => {
    const namesOf = (given: BuildPlan): readonly string[] =>
      Object.keys(JSON.parse(JSON.stringify(planFacts(given))) as object);
    expect(namesOf(named)).toEqual(namesOf(plan));
    expect(namesOf(own)).toEqual(namesOf(plan));
  });
});

describe('a probe in words', () => {
  it('says what decides about a release', () => {
    expect(probeLine(PROBE)).toBe('debian 13, glibc 2.41, OTP 27.3.4.1, Elixir 1.18.3, x86_64');
  });

  it.each([
    [{}, []],
    [{ hex: '' }, ['Hex']],
    [{ git: '' }, ['git']],
    [{ cc: '' }, ['C compiler (cc)']],
    [{ hex: '', git: '', cc: '' }, ['Hex', 'git', 'C compiler (cc)']],
    [{ osCodename: '' }, []],
  ])('with %j lacks %j', (change, missing) => {
    expect(missingTools({ ...PROBE, ...change })).toEqual(
      missing.map((name) => `the builder has no ${name}: steps that need it will fail`),
    );
  });
});
