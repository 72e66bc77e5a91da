import { randomUUID } from 'node:crypto';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectEngine } from '../../src/engine/connect.js';
import type { Engine } from '../../src/engine/engine.js';
import { MixReleaseError } from '../../src/errors.js';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import type { SmokeReport } from '../../src/smoke/report.js';
import { smokeRelease, type Runtime, type SmokeTestOptions } from '../../src/smoke/smoke.js';
import { findTarget } from '../../src/targets/find.js';
import { buildReleases, runCli, startCli, TARGET, TRIXIE, type Ended } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { ran } from '../support/ran.js';
import { noContainerWithin, nothingWithin, ours } from '../support/engine.js';

const SYSTEM = 'debian:trixie-slim';
const OLDER = 'debian:bookworm-slim';

let engine: Engine;
let smoky: Temporary;
let out: Temporary;
let built: ReadonlyMap<string, BuiltRelease>;

beforeAll(async () => {
  engine = await connectEngine();
  smoky = await checkoutOf('test/fixtures/smoky');
  out = await temporary();
  const names = ['smoky', 'bare', 'windows', 'cookieless'].flatMap((name) => ['--release', name]);
  // The audit finds some of its faults without running it.
  const args = [smoky.path, '--os', 'debian:trixie', '--audit', 'off', '--output', out.path, ...names];
  const releases = await buildReleases(args);
  built = new Map(releases.map((release) => [release.name, release]));
});
afterAll(async () => {
  await smoky[Symbol.asyncDispose]();
  await out[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

/** How a release is tried, as far as it is not as usual. */
interface Way {
  readonly env?: Readonly<Record<string, string>>;
  readonly test?: SmokeTestOptions['test'];
  readonly timeout?: number;
  readonly image?: string;
  readonly runtime?: Partial<Runtime>;
  /** Instead of the one that was built. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
  /** What the things in the engine that it makes are labelled with. */
  readonly run?: string;
}

async function tried(name: string, way: Way = {}): Promise<SmokeReport> {
  const { env = {}, test = 'boot', timeout = 120, image = SYSTEM, runtime = {} } = way;
  const { directory = '', version = '' } = built.get(name) ?? {};
  const found = await engine.images.inspect(image);
  if (!found) throw new Error(`${image} is not in the engine`);
  const setting = {
    env,
    test,
    timeout,
    target: findTarget(TARGET),
    emulated: false,
    erlFlags: '',
    run: way.run ?? randomUUID(),
    proxies: {},
    writable: false,
    mixEnv: 'prod',
    services: undefined,
  };
  const context = {
    signal: way.signal ?? new AbortController().signal,
    onLine: () => undefined,
    note: () => undefined,
  };
  const release = { name, version, directory: way.directory ?? directory };
  const where = { image: { reference: image, id: found.id, digest: found.id }, hasErlang: false, packages: [] };
  return await smokeRelease(
    engine,
    release,
    { ...where, packageFamily: undefined, needs: undefined, ...runtime },
    setting,
    context,
  );
}

/** The error that a release fails with, which leaves nothing in the engine. */
async function failure(name: string, way: Way = {}): Promise<MixReleaseError> {
  const run = randomUUID();
  let outcome: unknown;
  try {
    outcome = await tried(name, { ...way, run });
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    await nothingWithin(7, run);
    return error;
  }
  throw new Error(`it passed: ${JSON.stringify(outcome)}`);
}

/**
 * Tries what is known by the last words of an Erlang that ends until they are there, at most three times: it does not
 * always wait until they are printed, the less the busier the machine is.
 */
async function withLastWords<T>(attempt: () => Promise<T>, said: (outcome: T) => boolean): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    if (said(outcome) || tries === 3) return outcome;
  }
}

const failureBy = (message: RegExp, way: Way): Promise<MixReleaseError> =>
  withLastWords(
    () => failure('smoky', way),
    (error) => message.test(error.message),
  );

describe('a release that runs', () => {
  it.concurrent(
    'is started, asked, stopped and read, its native functions are loaded, and nothing is left of it',
    async () => {
      const run = randomUUID();
      const report = await tried('smoky', { run });
      expect(report).toMatchObject({
        version: 1,
        test: 'boot',
        image: SYSTEM,
        imageHasErlang: false,
        packages: [],
        checks: ['eval', 'start', 'rpc', 'load', 'stop', 'log'],
        nativeApplications: [{ name: 'runtime_tools' }, { name: 'smoky', modules: 4 }],
        omissions: [],
        networkCrashes: [],
      });
      await nothingWithin(7, run);
    },
  );

  it.concurrent('is not started by eval', async () => {
    expect(await tried('smoky', { test: 'eval', env: { SMOKY: 'raise' } })).toMatchObject({
      checks: ['eval', 'load'],
      nativeApplications: [{ name: 'runtime_tools' }, { name: 'smoky' }],
    });
  });

  it.concurrent('may lack what a network gives: its crashes for that are told and not counted', async () => {
    const { networkCrashes } = await tried('smoky', { env: { SMOKY: 'network' } });
    expect(networkCrashes).toEqual([expect.stringContaining('GenServer Smoky.Worker terminating')]);
  });

  it.concurrent('may have no cookie in it', async () => {
    expect((await tried('cookieless')).checks).toContain('rpc');
  });

  it.concurrent.each(['none', 'windows'])('is watched where it cannot be asked (%s)', async (which) => {
    const env = which === 'none' ? { RELEASE_DISTRIBUTION: 'none' } : {};
    const report = await tried(which === 'none' ? 'smoky' : 'windows', { env });
    expect(report.checks).toEqual(['eval', 'start', 'alive', 'stop', 'log']);
    expect(report.omissions).toEqual([
      { check: 'rpc', why: expect.stringContaining('without distribution') as unknown },
    ]);
  });

  it.concurrent('may have the name of a machine', async () => {
    const env = { RELEASE_DISTRIBUTION: 'name', RELEASE_NODE: 'smoky@127.0.0.1' };
    expect((await tried('smoky', { env })).checks).toContain('rpc');
  });

  it.concurrent('gets a script of the user’s that decides', async () => {
    const text = await readFile(path.join(smoky.path, 'ci/smoke.sh'), 'utf8');
    const script = { name: 'ci/smoke.sh', text, bash: false };
    expect(await tried('smoky', { test: script })).toMatchObject({ test: 'script', checks: ['script'] });
    const { code, message, output } = await failure('smoky', { test: script, env: { SMOKY_STATUS: '3' } });
    expect(code).toBe('smoke-failed');
    expect(message).toContain('ci/smoke.sh ended with exit status 3');
    expect(output).toEqual([`smoky 0.1.0 ${TARGET} in /smoke/release`, 'answer 42']);
  });
});

describe('a release that does not run', () => {
  it.concurrent('because its commands have another cookie than the node', async () => {
    await using copy = await temporary();
    await cp(built.get('smoky')?.directory ?? '', copy.path, { recursive: true, verbatimSymlinks: true });
    const envFile = path.join(copy.path, 'releases/0.1.0/env.sh');
    await writeFile(envFile, `${await readFile(envFile, 'utf8')}\nexport RELEASE_COOKIE="$RELEASE_COMMAND"\n`);
    const error = await failure('smoky', { directory: copy.path, timeout: 20 });
    expect(error.code).toBe('smoke-timeout');
    expect(error.message).toContain('different cookies');
  });

  it.concurrent.each<[string, Way, string, RegExp]>([
    // They wait the longest, and the others run meanwhile.
    ['never ends', { env: { SMOKY: 'linger' }, timeout: 30 }, 'smoke-timeout', /start had not ended after 30 s/],
    ['never answers', { env: { SMOKY: 'hang' }, timeout: 20 }, 'smoke-timeout', /the node did not answer within 20 s/],
    [
      'raises at its start',
      { env: { SMOKY: 'raise' } },
      'smoke-failed',
      /start ended with exit status 1 before the node answered/,
    ],
    [
      'ends by itself',
      { env: { SMOKY: 'job' } },
      'smoke-failed',
      /start ended with exit status 0 before the node answered/,
    ],
    ['crashes after its start', { env: { SMOKY: 'crash' } }, 'smoke-failed', /its log reports a crash/],
    [
      'ends with another status',
      { env: { SMOKY: 'stop' } },
      'smoke-failed',
      /start ended with exit status 3 when it was stopped/,
    ],
    ['writes elsewhere', { env: { SMOKY: 'write' } }, 'smoke-failed', /writes to a place other than \/tmp/],
    ['finds its port taken', { env: { SMOKY: 'port' } }, 'smoke-failed', /a port or the name of the node was in use/],
    [
      'has a NIF that refuses',
      { env: { SMOKY: 'refusing' } },
      'smoke-failed',
      /Smoky\.Native of :smoky could not be loaded.*on_load/,
    ],
    [
      'has a NIF without its symbol',
      { env: { SMOKY: 'stray' } },
      'smoke-failed',
      /the symbol nobody, which no library defines/,
    ],
    [
      'has a NIF without its library',
      { env: { SMOKY: 'lacking' } },
      'smoke-missing-library',
      /libnobody\.so\.1 is missing/,
    ],
    [
      'has a NIF for another processor',
      { env: { SMOKY: 'foreign' } },
      'smoke-failed',
      /foreign\.so is for another processor/,
    ],
    [
      'asks for a variable',
      { env: { SMOKY: 'environment' } },
      'smoke-missing-variable',
      /the environment variable SMOKY_URL is missing/,
    ],
    [
      'has no name',
      { env: { RELEASE_DISTRIBUTION: 'name', RELEASE_NODE: 'smoky@' } },
      'smoke-failed',
      /cannot have the name/,
    ],
    ['needs a newer glibc', { image: OLDER }, 'smoke-failed', /needs GLIBC_2\.\d+, and the image's library is older/],
    ['has another C library', { image: 'alpine:3.22' }, 'smoke-failed', /no loader for erlexec/],
  ])('because it %s', async (_, way, code, message) => {
    const error = await failureBy(message, way);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.exitStatus).toBe(7);
  });

  it.concurrent('shows what it printed, and says what to do', async () => {
    const error = await failureBy(/SMOKY_URL/, { env: { SMOKY: 'environment' }, test: 'eval' });
    expect(error.next).toContain('--smoke-env SMOKY_URL=http://127.0.0.1');
    // The node may end before it has printed the error in words.
    expect(error.output.join('\n')).toMatch(/could not fetch environment variable "SMOKY_URL"|env=><<"SMOKY_URL">>/);
  });
});

describe('the image', () => {
  it.concurrent('gets the package of a library that it lacks, once, and the report names it', async () => {
    // Nothing of trixie's needs to be added for this release, so that a package is asked for by hand.
    const packages = ['libodbc2'];
    const run = randomUUID();
    const report = await tried('smoky', { test: 'eval', runtime: { packages }, run });
    expect(report.packages).toEqual(packages);
    await nothingWithin(7, run);
    const images = await engine.images.list({ labels: { 'mix-release.kind': 'runtime' } });
    expect(images.flatMap(({ names }) => names)).toContainEqual(
      expect.stringMatching(/^mix-release-runtime:[0-9a-f]{16}$/),
    );
  });

  it.concurrent(
    'gets all that is known to be needed when one library is missing, and nothing when none is',
    async () => {
      const none = { debian: [], ubuntu: [], rhel: [], alpine: [], data: [], derived: {} };
      const lacking = { ...none, libraries: ['libc.so.6', 'libodbc.so.2'], debian: ['libodbc2', 'libltdl7'] };
      const lacksOne = { packageFamily: 'debian', needs: lacking } as const;
      for (let turn = 0; turn < 2; turn += 1) {
        const report = await tried('smoky', { test: 'eval', runtime: lacksOne });
        expect(report.packages).toEqual(['libodbc2', 'libltdl7']);
      }
      const there = {
        packageFamily: 'debian',
        needs: { ...lacking, libraries: ['libc.so.6'], debian: ['libc6'] },
      } as const;
      expect((await tried('smoky', { test: 'eval', runtime: there })).packages).toEqual([]);
    },
  );

  it.concurrent('that cannot get a package is an error that names the ways out', async () => {
    const { code, exitStatus, next } = await failure('smoky', { runtime: { packages: ['no-such-package'] } });
    expect([code, exitStatus]).toEqual(['runtime-image-failed', 4]);
    expect(next).toMatch(/runtime-image.*smoke-test: off/);
  });

  it.concurrent('is the builder’s for a release without Erlang', async () => {
    const runtime = { hasErlang: true };
    expect(await tried('bare', { image: TRIXIE, runtime })).toMatchObject({ imageHasErlang: true, image: TRIXIE });
  });

  it.concurrent('goes when the test is cancelled', async () => {
    const controller = new AbortController();
    const run = randomUUID();
    setTimeout(() => controller.abort(), 3000);
    await expect(tried('smoky', { env: { SMOKY: 'hang' }, signal: controller.signal, run })).rejects.toThrow();
    await noContainerWithin(5, run);
    await nothingWithin(7, run);
  });
});

async function build(
  project: string,
  ...args: readonly string[]
): Promise<Ended & { readonly left: readonly string[] }> {
  await using checkout = await checkoutOf(project);
  await using place = await temporary();
  const all = ['build', checkout.path, '--target', TARGET, '--output', place.path, '--json', ...args];
  return { ...(await runCli(all)), left: await readdir(place.path) };
}

const reportOf = ({ stdout, stderr }: Ended): SmokeReport => {
  if (stdout === '') throw new Error(stderr);
  return ran((JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases[0]?.smoke);
};

describe('mix-release build', () => {
  it.concurrent('tries what it builds, and adds what bookworm lacks for OpenSSL and C++', async () => {
    const ended = await build('examples/nif');
    expect(reportOf(ended)).toMatchObject({
      image: OLDER,
      packages: ['libgcc-s1', 'libssl3', 'libstdc++6', 'libtinfo6'],
      checks: ['eval', 'start', 'rpc', 'load', 'stop', 'log'],
    });
    expect(ended.stderr).toMatch(
      /^smoke +[\d.]+ s {2}eval, start, rpc, load, stop, log in debian:bookworm-slim with libgcc-s1, libssl3, libstdc\+\+6, libtinfo6$/m,
    );
  });

  it.concurrent(
    'ends with 7 and leaves nothing in the output where a variable is missing, and takes it from smoke-env',
    async () => {
      const without = await withLastWords(
        () => build('test/fixtures/runtime_env', '--os', 'debian:trixie'),
        ({ stderr }) => stderr.includes('MUST_BE_SET'),
      );
      expect(without.stderr).toContain(
        'error (smoke-missing-variable): release runtime_env does not run in debian:trixie-slim',
      );
      expect(without.stderr).toContain('--smoke-env MUST_BE_SET=placeholder');
      expect(without).toMatchObject({ status: 7, stdout: '', left: [] });
      const given = await build('test/fixtures/runtime_env', '--os', 'debian:trixie', '--smoke-env', 'MUST_BE_SET=yes');
      expect(given.status).toBe(0);
    },
  );

  it.concurrent('tries every release of a run', async () => {
    const names = ['front', 'back'].flatMap((name) => ['--release', name]);
    const ended = await build('test/fixtures/umbrella', '--os', 'debian:trixie', ...names);
    expect(ended.stderr.match(/^smoke .*eval, start, rpc, load, stop, log in debian:trixie-slim$/gm)).toHaveLength(2);
  });

  it.concurrent('takes a script of the checkout, and runs a release without Erlang in its builder', async () => {
    const args = ['--os', 'debian:trixie', '--release', 'bare', '--audit', 'off', '--smoke-test', 'ci/smoke.sh'];
    const ended = await build('test/fixtures/smoky', ...args);
    expect(reportOf(ended)).toMatchObject({ test: 'script', imageHasErlang: true });
    expect(reportOf(ended).image).toMatch(/^mix-release-builder:/);
    expect(ended.stderr).toContain('the release has no Erlang: it was tested with that of mix-release-builder:');
  });

  it.concurrent.each([
    [
      'is not to be had',
      ['--release', 'smoky', '--runtime-image', 'nobody/nothing:1', '--pull', 'never'],
      'image-not-found',
    ],
    ['has no Erlang for a release without one', ['--release', 'bare', '--runtime-image', SYSTEM], 'image-mismatch'],
  ])('ends with 4 where the image %s', async (_, args, code) => {
    const ended = await build('test/fixtures/smoky', '--os', 'debian:trixie', '--audit', 'off', ...args);
    expect(ended.stderr).toContain(`error (${code})`);
    expect(ended.stderr).toContain('runtime-image');
    expect(ended).toMatchObject({ status: 4, left: [] });
  });

  /** Starts a build whose release never answers, and waits until it has been tried for a while. */
  async function hanging(output: string) {
    const args = ['build', smoky.path, '--target', TARGET, '--os', 'debian:trixie', '--release', 'smoky'];
    const more = ['--output', output, '--smoke-env', 'SMOKY=hang', '--audit', 'off', '--verbose'];
    const started = startCli([...args, ...more]);
    await started.printed('smoke ...');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    return started;
  }

  it('leaves nothing when it is told to stop meanwhile', async () => {
    await using place = await temporary();
    const before = await ours();
    const { child, ended } = await hanging(place.path);
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(stderr).toContain('the build was cancelled during stage smoke');
    expect(status).toBe(130);
    await noContainerWithin(1);
    expect((await ours()).volumes).toEqual(before.volumes);
    expect(await readdir(place.path)).toEqual([]);
  });

  it('leaves nothing when it is killed meanwhile', async () => {
    await using place = await temporary();
    const before = await ours();
    const { child, ended } = await hanging(place.path);
    child.kill('SIGKILL');
    await ended;
    await noContainerWithin(7);
    expect((await ours()).volumes).toEqual(before.volumes);
  });
});
