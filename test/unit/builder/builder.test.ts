import { describe, expect, it } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import { ensureBuilder, probeBase, type BuilderRequest } from '../../../src/builder/builder.js';
import { ownBaseDigest, ownBaseName } from '../../../src/builder/own-base.js';
import { builderTag, type UserDockerfile } from '../../../src/builder/recipe.js';
import { BASE_LABEL, KIND_LABEL, PROBE_LABEL } from '../../../src/engine/labels.js';
import { findTarget } from '../../../src/targets/find.js';
import { answerToOtpSearch, answerToProbe } from '../../support/fake-engine/elixir-image.js';
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from '../../support/fake-engine/engine.js';
import type { FakeHandlers } from '../../support/fake-engine/handlers.js';
import { AUTHORITY, OTHER_AUTHORITY } from '../support/authorities.js';
import { errorOf } from '../support/errors.js';
import { PROBE, PROBE_FACTS } from '../support/probe.js';

const target = findTarget('x86_64-unknown-linux-gnu');
const BASE = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-slim';
const REPOSITORY = 'registry.test/team/builders';
const EXPECTED = { target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined };

function requestWith(changes: Partial<BuilderRequest> = {}): BuilderRequest {
  return {
    recipe: { target, packages: [], dockerfile: undefined },
    base: { reference: BASE, digest: undefined, pull: 'missing', target },
    ...{ expected: EXPECTED, emulated: false, rebuild: false, repository: undefined, mayPull: true },
    ...{ run: 'run-1', proxies: { HTTP_PROXY: 'proxy' } },
    ...changes,
  };
}

interface Setting {
  readonly facts?: Readonly<Record<string, string>>;
  readonly run?: FakeHandlers['run'];
  readonly options?: FakeEngineOptions;
}

/** An engine that has the base image, and what is told to people. */
function setting({ facts = PROBE_FACTS, run, options = {} }: Setting = {}) {
  const builds: Parameters<FakeHandlers['build']>[0][] = [];
  const engine = fakeEngine({
    ...options,
    handlers: {
      run:
        run ?? ((command) => answerToProbe(command, facts) ?? answerToOtpSearch(command, '27.3.4.1') ?? { status: 1 }),
      build: (build) => {
        builds.push(build);
        return { output: 'a step\n' };
      },
    },
  });
  engine.addImage({ names: [BASE], platform: target.platform });
  const [notes, lines]: [string[], string[]] = [[], []];
  const signal = new AbortController().signal;
  const context = {
    ...{ env: { DOCKER_CONFIG: '/nowhere' }, signal },
    note: (text: string) => void notes.push(text),
    onLine: (line: string) => void lines.push(line),
  };
  return { engine, builds, notes, lines, context };
}

const named = (engine: FakeEngine, name: string): number => engine.calls.filter((call) => call.name === name).length;

describe('ensureBuilder', () => {
  it('probes the base, builds the tools and then Mix on it, and says in labels what was found', async () => {
    const { engine, builds, lines, context } = setting();
    const request = requestWith({ recipe: { target, packages: ['git', 'make'], dockerfile: undefined } });
    const { tag, base, probe, erlFlags, origin } = await ensureBuilder(engine, request, context);
    expect({ probe, erlFlags, origin, reference: base.reference }).toEqual({
      ...{ probe: PROBE, erlFlags: '', origin: 'built', reference: BASE },
    });
    const [tools, mix] = builds;
    expect(tools?.args).toEqual({ BASE: base.id, PACKAGES: 'git make', HTTP_PROXY: 'proxy' });
    expect(mix?.args).toMatchObject({ HTTP_PROXY: 'proxy' });
    const made = await engine.images.inspect(tag);
    expect(made?.labels).toEqual({
      ...{ [KIND_LABEL]: 'builder', [BASE_LABEL]: BASE, [PROBE_LABEL]: JSON.stringify(PROBE) },
    });
    expect(lines).toEqual(expect.arrayContaining(['a step']));
    expect(engine.left().containers).toEqual([]);
  });

  it('takes the one that is there, and makes it again where that is requested', async () => {
    const { engine, builds, context } = setting();
    const made = await ensureBuilder(engine, requestWith(), context);
    expect(await ensureBuilder(engine, requestWith(), context)).toMatchObject({ tag: made.tag, origin: 'present' });
    expect(builds).toHaveLength(2);
    expect(await ensureBuilder(engine, requestWith({ rebuild: true }), context)).toMatchObject({ origin: 'built' });
    expect(builds).toHaveLength(4);
  });

  it('makes one again that does not say what was found in it', async () => {
    const { engine, context } = setting();
    const { tag } = await ensureBuilder(engine, requestWith(), context);
    engine.addImage({ names: [tag], platform: target.platform });
    expect(await ensureBuilder(engine, requestWith(), context)).toMatchObject({ origin: 'built' });
  });

  it('refuses a base that is not what is expected before anything is built, and one that is present too', async () => {
    const { engine, builds, context } = setting();
    const expected = { ...EXPECTED, otp: { requested: 'OTP 26', matches: () => false } };
    const error = await errorOf(() => ensureBuilder(engine, requestWith({ expected }), context));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(builds).toEqual([]);
    await ensureBuilder(engine, requestWith(), context);
    expect(await errorOf(() => ensureBuilder(engine, requestWith({ expected }), context))).toMatchObject({
      code: 'image-mismatch',
    });
  });

  it('has the last lines of a build that fails', async () => {
    const { engine, context } = setting();
    (engine.handlers as { build: FakeHandlers['build'] }).build = () => ({
      output: 'E: no package\n',
      error: "The command '/bin/sh -c apt-get' returned a non-zero code: 100",
    });
    const error = await errorOf(() => ensureBuilder(engine, requestWith(), context));
    expect(error).toMatchObject({ code: 'builder-failed', exitStatus: 4 });
    expect(error.message).toBe(
      'the builder image could not be built from dockerfiles/gnu.Dockerfile: a step ended with exit status 100',
    );
    expect(error.output.at(-1)).toBe('E: no package');
    expect(error.next).toContain('package mirror');
  });

  it('gives the mirrors to the step that fetches Hex and rebar3, without those that hold a password', async () => {
    const { engine, builds, notes, context } = setting();
    const mirrors = { HEX_MIRROR: 'https://me:x@hex.test', HEX_BUILDS_URL: 'https://builds.test', GOPROXY: 'x' };
    await ensureBuilder(engine, requestWith({ mirrors }), context);
    const [tools, mix] = builds;
    expect(Object.keys(tools?.args ?? {})).toEqual(['BASE', 'HTTP_PROXY']);
    expect(mix?.args).toMatchObject({ HEX_BUILDS_URL: 'https://builds.test' });
    expect(mix?.args).not.toHaveProperty('HEX_MIRROR');
    expect(notes).toEqual([expect.stringMatching(/^HEX_MIRROR holds a password/)]);
  });

  it('makes base and tools trust further authorities, under a name of their own', async () => {
    const { engine, builds, context } = setting();
    const plain = await ensureBuilder(engine, requestWith(), context);
    builds.length = 0;
    const recipe = { target, packages: [], dockerfile: undefined, authorities: [AUTHORITY] };
    const made = await ensureBuilder(engine, requestWith({ recipe }), context);
    expect(made).toMatchObject({ origin: 'built', base: plain.base });
    const other = { ...recipe, authorities: [OTHER_AUTHORITY] };
    expect(new Set([plain.tag, made.tag, builderTag(other, made.base.digest)]).size).toBe(3);
    const bases = builds.map(({ args }) => args.BASE);
    expect(builds.map(({ args }) => args.LAST)).toEqual([undefined, undefined, 'yes', undefined]);
    expect(bases[0]).toBe(plain.base.id);
    // Each on the one before.
    expect(new Set(bases).size).toBe(4);
  });

  describe('on a base that is made here', () => {
    const SYSTEM = 'debian:forky-slim';
    const sum = (digit: string): string => digit.repeat(64);
    const parts = {
      system: { os: 'debian', release: 'forky' },
      otp: { version: '27.3.4.1', url: 'https://builds.test/otp.tar.gz', sha256: sum('1'), compiles: false },
      elixir: { version: '1.18.3', url: 'https://builds.test/elixir.zip', sha256: sum('2') },
    } as const;
    const requestFor = (authorities: readonly string[]): BuilderRequest => {
      const own = { parts, system: SYSTEM, authorities };
      const reference = ownBaseName(own, target);
      return requestWith({
        recipe: { target, packages: [], dockerfile: undefined, authorities },
        base: { reference, digest: ownBaseDigest(own, target), pull: 'missing', target, own },
      });
    };

    it('makes its system trust further authorities before anything is fetched in it', async () => {
      const { engine, builds, context } = setting();
      engine.addImage({ names: [SYSTEM], platform: target.platform });
      const { base } = await ensureBuilder(engine, requestFor([AUTHORITY]), context);
      const system = await engine.images.inspect(SYSTEM);
      const [trusting, made, again] = builds;
      expect(trusting?.args).toEqual({ BASE: system?.id });
      expect(made).toMatchObject({ tag: base.reference, args: { OTP_URL: parts.otp.url, OTP_COMPILES: 'false' } });
      expect(made?.args.BASE).not.toBe(system?.id);
      expect(again?.args).toEqual({ BASE: base.id });
      const names = [[], [AUTHORITY], [OTHER_AUTHORITY]].map((each) => requestFor(each).base?.reference);
      expect(new Set(names).size).toBe(3);
    });

    it('makes it again where the network failed, and says so', async () => {
      const { engine, notes, context } = setting();
      engine.addImage({ names: [SYSTEM], platform: target.platform });
      const waited: number[] = [];
      let left = 2;
      (engine.handlers as { build: FakeHandlers['build'] }).build = ({ args }) =>
        'OTP_URL' in args && (left -= 1) >= 0
          ? { output: 'curl: (22) The requested URL returned error: 503\n', error: 'a step failed' }
          : {};
      const sleep = (milliseconds: number) => Promise.resolve(void waited.push(milliseconds));
      expect(await ensureBuilder(engine, requestFor([]), { ...context, sleep })).toMatchObject({ origin: 'built' });
      expect(waited).toEqual([2000, 6000]);
      expect(notes[0]).toMatch(/^dockerfiles\/own-base\.Dockerfile: the network failed .*503.*attempt 2 of 3/);
    });
  });

  describe('where the network fails', () => {
    const failing = (output: string, times: number) => {
      const waited: number[] = [];
      const { engine, notes, context } = setting();
      let left = times;
      (engine.handlers as { build: FakeHandlers['build'] }).build = () =>
        (left -= 1) < 0 ? {} : { output, error: "The command '/bin/sh -c mix' returned a non-zero code: 1" };
      const sleep = (milliseconds: number) => Promise.resolve(void waited.push(milliseconds));
      return { build: () => ensureBuilder(engine, requestWith(), { ...context, sleep }), waited, notes };
    };
    const TIMEOUT = '** (Mix) httpc request failed with: :timeout\n';

    it('builds again, and says so', async () => {
      const { build, waited, notes } = failing(TIMEOUT, 2);
      expect(await build()).toMatchObject({ origin: 'built' });
      expect(waited).toEqual([2000, 6000]);
      expect(notes).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('the network failed')));
    });

    it('gives up after three attempts', async () => {
      const { build, waited } = failing(TIMEOUT, 3);
      expect(await errorOf(build)).toMatchObject({ code: 'builder-failed' });
      expect(waited).toHaveLength(2);
    });

    it('fails at once for anything else', async () => {
      const { build, waited } = failing('Data does not match the given SHA-512 checksum.\n', 1);
      expect(await errorOf(build)).toMatchObject({ code: 'builder-failed' });
      expect(waited).toEqual([]);
    });
  });

  describe('with a Dockerfile of the user', () => {
    const dockerfile = (text: string, usesBase: boolean): UserDockerfile => ({
      ...{ name: 'ci/Dockerfile', path: 'Dockerfile', usesBase, contextHash: '0'.repeat(64) },
      context: () => packFiles([{ path: 'Dockerfile', text }]),
    });

    it('probes what it made of the base', async () => {
      const { engine, builds, context } = setting();
      const recipe = { target, packages: [], dockerfile: dockerfile('ARG BASE\nFROM $BASE\n', true) };
      const { base, origin } = await ensureBuilder(engine, requestWith({ recipe }), context);
      expect([base.reference, origin]).toEqual([BASE, 'built']);
      expect(builds[0]).toMatchObject({ args: { BASE: base.id }, pull: false });
      expect(named(engine, 'containers.start')).toBe(2);
    });

    it('gets the mirrors that it declares, and is not built twice by itself', async () => {
      const { engine, builds, context } = setting();
      const own = { ...dockerfile('ARG BASE\nFROM $BASE\n', true), args: ['BASE', 'NPM_CONFIG_REGISTRY'] };
      const mirrors = { NPM_CONFIG_REGISTRY: 'https://npm.test', HEX_MIRROR: 'https://hex.test' };
      const request = requestWith({ recipe: { target, packages: [], dockerfile: own }, mirrors });
      const { base } = await ensureBuilder(engine, request, context);
      expect(builds[0]?.args).toEqual({ BASE: base.id, NPM_CONFIG_REGISTRY: 'https://npm.test', HTTP_PROXY: 'proxy' });
      (engine.handlers as { build: FakeHandlers['build'] }).build = () => ({ output: 'ECONNRESET\n', error: 'x' });
      const sleep = () => Promise.reject(new Error('nothing is to be waited for'));
      const again = { ...request, rebuild: true };
      expect(await errorOf(() => ensureBuilder(engine, again, { ...context, sleep }))).toMatchObject({
        code: 'builder-failed',
      });
    });

    it('on a base of its own trusts further authorities once it is made', async () => {
      const { engine, builds, context } = setting();
      const own = dockerfile(`FROM ${BASE}\n`, false);
      const recipe = { target, packages: [], dockerfile: own, authorities: [AUTHORITY] };
      await ensureBuilder(engine, requestWith({ recipe, base: undefined }), context);
      expect(builds.map(({ args }) => args.LAST)).toEqual([undefined, 'yes', undefined]);
    });

    it('that names its own base is the base, pulled again where that is requested', async () => {
      const { engine, builds, context } = setting();
      const own = dockerfile(`FROM ${BASE}\n`, false);
      const request = requestWith({
        recipe: { target, packages: [], dockerfile: own },
        base: undefined,
        rebuild: true,
      });
      const { tag, base } = await ensureBuilder(engine, request, context);
      expect(base).toEqual({ reference: 'ci/Dockerfile', id: (await engine.images.inspect(tag))?.id, digest: base.id });
      expect(builds[0]).toMatchObject({ pull: true });
      expect((await engine.images.inspect(tag))?.labels[BASE_LABEL]).toBe('ci/Dockerfile');
      const again = await ensureBuilder(engine, { ...request, rebuild: false }, context);
      expect(again).toMatchObject({ origin: 'present', base: { reference: 'ci/Dockerfile' } });
    });

    it('is named where it fails', async () => {
      const { engine, context } = setting();
      const recipe = { target, packages: [], dockerfile: dockerfile('FROM nowhere:1\n', false) };
      const error = await errorOf(() => ensureBuilder(engine, requestWith({ recipe, base: undefined }), context));
      expect(error).toMatchObject({ code: 'builder-failed' });
      expect(error.message).toContain('ci/Dockerfile');
      expect(error.next).toContain('ci/Dockerfile');
    });

    it.each([true, false])('is built where it is for BuildKit only if that is there: %j', async (buildKit) => {
      const { engine, builds, context } = setting({ options: { buildKit } });
      const buildKitLine = 'RUN --mount=type=cache,target=/x make';
      const recipe = {
        target,
        packages: [],
        dockerfile: { ...dockerfile('ARG BASE\nFROM ${BASE}\n', true), buildKitLine },
      };
      const building = (): Promise<unknown> => ensureBuilder(engine, requestWith({ recipe }), context);
      if (buildKit) await building();
      else {
        const error = await errorOf(building);
        expect(error).toMatchObject({ code: 'builder-failed', exitStatus: 4 });
        expect(error.message).toContain(`ci/Dockerfile needs BuildKit, which is not available here: ${buildKitLine}`);
        expect(error.next).toContain('docker buildx version');
      }
      expect(builds).toHaveLength(buildKit ? 2 : 0);
    });
  });

  describe('under emulation', () => {
    it('finds the flags that Erlang needs, and builds with them', async () => {
      const { engine, builds, context } = setting({ options: { architecture: 'arm64' } });
      const { erlFlags } = await ensureBuilder(engine, requestWith({ emulated: true }), context);
      expect(erlFlags).toBe('+JMsingle true');
      expect(builds.map(({ args }) => args.ERL_FLAGS)).toEqual(['+JMsingle true', '+JMsingle true']);
    });

    it.each([
      ['does not start', 'exec /bin/cat: exec format error'],
      ['lacks the program', 'executable file not found in $PATH'],
    ])('fails where a container %s', async (_, reason) => {
      const { engine, context } = setting({ options: { architecture: 'arm64' } });
      engine.fail('containers.start', { kind: 'refuse', status: 400, reason });
      const error = await errorOf(() => ensureBuilder(engine, requestWith({ emulated: true }), context));
      expect(error).toMatchObject({ code: 'emulation-missing', exitStatus: 4 });
      expect(error.message).toContain('the engine (arm64) cannot run programs for linux/amd64');
    });

    it('passes other failures of the engine on', async () => {
      const { engine, context } = setting();
      engine.fail('containers.start', { kind: 'break', when: 'before' });
      expect(await errorOf(() => ensureBuilder(engine, requestWith({ emulated: true }), context))).toMatchObject({
        code: 'engine-connection-lost',
      });
    });

    it('refuses an image without an Erlang on its disk', async () => {
      const { engine, context } = setting({ run: () => ({ status: 1, lines: ['no erl'] }) });
      const error = await errorOf(() => ensureBuilder(engine, requestWith({ emulated: true }), context));
      expect(error).toMatchObject({ code: 'image-without-mix', output: ['no erl'] });
    });
  });

  describe('with a repository of the team', () => {
    const shared = (tag: string): string => `${REPOSITORY}:${tag.slice(tag.indexOf(':') + 1)}`;
    const request = requestWith({ repository: REPOSITORY });

    it('gives a new one to it, and takes it from there', async () => {
      const first = setting();
      const { tag } = await ensureBuilder(first.engine, request, first.context);
      expect(first.notes).toEqual([`pushed the builder image to ${shared(tag)}`]);
      const made = await first.engine.images.inspect(tag);
      const second = setting();
      second.engine.addImage({ ...(await first.engine.images.inspect(BASE)), names: [BASE] });
      second.engine.publish({ ...made, names: [shared(tag)] });
      const taken = await ensureBuilder(second.engine, request, second.context);
      expect(taken).toMatchObject({ tag, origin: 'pulled', probe: PROBE });
      expect(second.builds).toEqual([]);
    });

    it('does not look there where nothing may be pulled', async () => {
      const { engine, context } = setting();
      await ensureBuilder(engine, { ...request, mayPull: false }, context);
      expect(named(engine, 'images.pull')).toBe(0);
    });

    it('makes one where it does not answer, and says so', async () => {
      const { engine, notes, context } = setting();
      engine.fail('images.pull', { kind: 'refuse', status: 500, reason: 'dial tcp: i/o timeout' });
      expect(await ensureBuilder(engine, request, context)).toMatchObject({ origin: 'built' });
      expect(notes[0]).toContain('builder-repository: image');
      expect(notes[0]).toContain('i/o timeout');
    });

    it('ends where the engine is lost meanwhile', async () => {
      const { engine, context } = setting();
      engine.fail('images.pull', { kind: 'break', when: 'midway' });
      expect(await errorOf(() => ensureBuilder(engine, request, context))).toMatchObject({
        code: 'engine-connection-lost',
      });
    });

    it('goes on where nothing may be pushed, says so, and leaves no name of it behind', async () => {
      const { engine, notes, context } = setting();
      engine.fail('images.push', { kind: 'refuse', status: 500, reason: 'denied: read only' });
      const { tag } = await ensureBuilder(engine, request, context);
      expect(notes).toEqual([`the builder image was not pushed to ${shared(tag)}: denied: read only`]);
      expect(engine.left().images).not.toContain(shared(tag));
      expect(engine.left().images).toContain(tag);
    });

    it('is cancelled while it pushes', async () => {
      const { engine, context } = setting();
      const controller = new AbortController();
      engine.fail('images.push', { kind: 'hang' });
      const building = ensureBuilder(engine, request, { ...context, signal: controller.signal });
      const reason = new Error('cancelled');
      setTimeout(() => controller.abort(reason), 300);
      await expect(building).rejects.toBe(reason);
    });
  });
});

describe('probeBase', () => {
  it('probes the base and builds nothing', async () => {
    const { engine, builds, context } = setting();
    expect(await probeBase(engine, requestWith(), context)).toEqual(PROBE);
    expect(builds).toEqual([]);
    expect(engine.left().containers).toEqual([]);
  });

  it('knows nothing of a base that only a Dockerfile names', async () => {
    const { engine, context } = setting();
    expect(await probeBase(engine, requestWith({ base: undefined }), context)).toBeUndefined();
  });

  it('refuses an image in which nothing can be run', async () => {
    const { engine, context } = setting();
    engine.fail('containers.start', { kind: 'refuse', status: 400, reason: 'executable file not found in $PATH' });
    const error = await errorOf(() => probeBase(engine, requestWith(), context));
    expect(error).toMatchObject({ code: 'image-without-mix', exitStatus: 4 });
    expect(error.message).toContain(`no command runs in image ${BASE}`);
  });
});
