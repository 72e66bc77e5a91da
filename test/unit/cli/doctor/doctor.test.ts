import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import type { Check, Patient } from '../../../../src/cli/doctor/check.js';
import { doctorCommand } from '../../../../src/cli/doctor-command.js';
import { MixReleaseError } from '../../../../src/errors.js';
import type { RawOptions } from '../../../../src/options/table.js';
import { fakeEngine } from '../../../support/fake-engine/engine.js';
import packageJson from '../../../../package.json' with { type: 'json' };
import { capturePrinted, keepEnvironment } from '../../support/environment.js';

keepEnvironment();
const printed = capturePrinted();

const GB = 1e9;
const missing = (): Promise<never> => Promise.reject(Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' }));

/** A machine on which everything works. */
const WELL: Partial<Patient> = {
  ...{ env: {}, version: '1.2.3', node: '24.1.0', limit: 5000 },
  connect: () => Promise.resolve(fakeEngine({ buildKit: true })),
  fetch: () => () => Promise.resolve(new Response('{}', { status: 401 })),
  space: () => Promise.resolve({ free: 50 * GB, size: 100 * GB }),
  run: (program) => (program === 'git' ? Promise.resolve(['git version 2.50.1']) : missing()),
  options: () => Promise.resolve(undefined),
  emulators: () => Promise.resolve({ 'qemu-aarch64': 'enabled\ninterpreter /usr/bin/qemu' }),
};

async function checks(changes: Partial<Patient> = {}): Promise<Readonly<Record<string, Check>>> {
  await doctorCommand({ command: 'doctor', json: true }, { ...WELL, ...changes });
  const { checks: all } = JSON.parse(printed.stdout) as { checks: readonly Check[] };
  return Object.fromEntries(all.map((check) => [check.name, check]));
}

describe('doctorCommand', () => {
  it('prints a line a look where all is well, and ends with 0', async () => {
    await doctorCommand({ command: 'doctor', json: false }, WELL);
    const lines = printed.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll(/\d+ ms/g, 'N ms'))).toEqual([
      'engine    ok       Docker fake at unix:///fake.sock, linux/amd64, image store overlay2, Debian GNU/Linux 12 (bookworm)',
      'buildx    ok       BuildKit builds the builder images',
      'emulation ok       programs for linux/arm64 run under an emulator',
      'disk      ok       50.0 GB of 100.0 GB are free at /var/lib/docker',
      'registry  ok       registry-1.docker.io answers in N ms',
      'hex       ok       repo.hex.pm answers in N ms',
      'proxies   ok       none is set',
      'git       ok       git 2.50.1',
      'options   ok       there is no mix-release.toml here',
      `versions  ok       mix-release 1.2.3, Node.js 24.1.0, ${process.platform} ${process.arch}`,
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  it('says what to do below a line, and ends with 0 where builds can work', async () => {
    await doctorCommand(
      { command: 'doctor', json: false },
      { ...WELL, connect: () => Promise.resolve(fakeEngine()), emulators: () => Promise.resolve({}), run: missing },
    );
    expect(printed.stdout).toMatch(/^buildx {4}warning {2}.*\n {19}Where your own dockerfile/m);
    expect(printed.stdout).toMatch(/^emulation warning {2}no emulator for linux\/arm64.*\n {19}.*--install arm64$/m);
    expect(printed.stdout).toMatch(/^git {7}warning {2}git is not installed here\n/m);
    expect(process.exitCode).toBeUndefined();
  });

  it('prints one object with --json', async () => {
    expect(await checks()).toMatchObject({ engine: { status: 'ok' }, versions: { status: 'ok' } });
    expect(printed.stdout).toMatch(/^\{"version":"1\.2\.3","checks":\[.*\]\}\n$/);
  });

  it('ends with the status of an engine error without an engine, and looks at the rest all the same', async () => {
    const error = new MixReleaseError('engine-unreachable', { what: 'no engine answers', next: 'Start Docker.' });
    const all = await checks({ connect: () => Promise.reject(error) });
    expect(all.engine).toEqual({ name: 'engine', status: 'failed', text: 'no engine answers', next: 'Start Docker.' });
    expect(Object.keys(all)).toEqual(['engine', 'registry', 'hex', 'proxies', 'git', 'options', 'versions']);
    expect(process.exitCode).toBe(3);
  });

  it('waits for no look longer than its time, and loses none of the others', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const all = await checks({ limit: 50, connect: never, fetch: () => never, run: never });
    expect(all.engine).toMatchObject({ status: 'failed', text: 'no answer within 0.05 s' });
    expect(all.git).toMatchObject({ status: 'failed', text: 'no answer within 0.05 s' });
    expect(all.registry?.status).toBe('failed');
    expect(all.versions?.status).toBe('ok');
    expect(process.exitCode).toBe(3);
  });

  it('keeps what one look throws to that look', async () => {
    const all = await checks({
      space: () => Promise.reject(new Error('EACCES: permission denied')),
      fetch: () => {
        throw new MixReleaseError('bad-option', { what: 'HTTPS_PROXY names no proxy', next: 'Give it a URL.' });
      },
    });
    expect(all.disk).toEqual({ name: 'disk', status: 'failed', text: 'EACCES: permission denied' });
    expect(all.registry).toMatchObject({ status: 'failed', text: expect.stringContaining('names no proxy') });
    expect(all.engine?.status).toBe('ok');
  });
});

describe('the looks', () => {
  it.each([
    [{ status: 200 }, 'ok', 'answers in'],
    [{ status: 404 }, 'ok', 'answers in'],
    [{ status: 503 }, 'failed', 'with status 503'],
    [{ status: 407 }, 'failed', 'with status 407'],
    [{ status: 429 }, 'failed', 'with status 429'],
  ])('of a registry that answers %j is %s', async (answer, status, text) => {
    const { registry } = await checks({ fetch: () => () => Promise.resolve(new Response(null, answer)) });
    expect(registry).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  it('of a registry that does not answer has the reason behind it, and the proxy', async () => {
    const { registry } = await checks({
      env: { https_proxy: 'http://p:1' },
      fetch: () => () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    });
    expect(registry?.text).toBe('registry-1.docker.io does not answer through the proxy: connect ECONNREFUSED');
    expect(registry?.next).toContain('proxy');
  });

  it.each([
    [
      { HTTPS_PROXY: 'http://me:s3cret@proxy.example:3128', no_proxy: 'a,b' },
      'ok',
      'HTTPS_PROXY=http://***@proxy.example:3128, NO_PROXY=a,b',
    ],
    [{ http_proxy: 'me:s3cret@proxy.example:3128' }, 'ok', 'HTTP_PROXY=***@proxy.example:3128'],
    [{ HTTPS_PROXY: 'http://localhost:3128' }, 'warning', 'HTTPS_PROXY=http://localhost:3128'],
    [
      { HTTP_PROXY: '127.0.0.1:3128', NO_PROXY: 'localhost' },
      'warning',
      'HTTP_PROXY=127.0.0.1:3128, NO_PROXY=localhost',
    ],
    [{ NO_PROXY: 'localhost' }, 'ok', 'NO_PROXY=localhost'],
  ])('of proxies %j is %s, without a password', async (env, status, text) => {
    expect((await checks({ env })).proxies).toMatchObject({ status, text });
    expect(printed.stdout).not.toContain('s3cret');
  });

  it.each([
    [{ free: 4.9 * GB, size: 9 * GB }, 'warning', '4.9 GB of 9.0 GB are free'],
    [{ free: 5 * GB, size: 9 * GB }, 'ok', '5.0 GB'],
  ])('of the disk with %j is %s', async (space, status, text) => {
    expect((await checks({ space: () => Promise.resolve(space) })).disk).toMatchObject({
      status,
      text: expect.stringContaining(text),
    });
  });

  const remote = (facts: object) => () =>
    Promise.resolve({ ...fakeEngine(), facts: { ...fakeEngine().facts, ...facts } });

  it.each([{ local: false }, { system: 'Docker Desktop' }, { root: undefined }])(
    'of the disk of another machine says that it is not known: %j',
    async (facts) => {
      const space = (): Promise<never> => Promise.reject(new Error('another disk was looked at'));
      expect((await checks({ connect: remote(facts), space })).disk).toMatchObject({
        status: 'ok',
        text: 'the engine does not say how much is free on its machine',
      });
    },
  );

  it.each([
    [['Name: default', 'Platforms: linux/amd64*, linux/arm64'], 'ok'],
    [['Platforms: linux/amd64, linux/386'], 'warning'],
  ])('of emulation on another machine takes what buildx says: %j', async (lines, status) => {
    const all = await checks({
      connect: remote({ local: false }),
      emulators: () => Promise.reject(new Error('this machine was looked at')),
      run: () => Promise.resolve(lines),
    });
    expect(all.emulation?.status).toBe(status);
  });

  it('of emulation counts no entry that is disabled, and none of another machine', async () => {
    const entries = { 'qemu-aarch64': 'disabled\n', 'qemu-arm': 'enabled\n', python3: 'enabled\n' };
    expect((await checks({ emulators: () => Promise.resolve(entries) })).emulation?.status).toBe('warning');
  });

  it('of the engine warns of a clock that is wrong', async () => {
    const connect = () => Promise.resolve(fakeEngine({ clockSkew: -120_000 }));
    expect((await checks({ connect })).engine).toMatchObject({
      status: 'warning',
      text: expect.stringContaining('its clock is 120 s behind'),
    });
  });

  const file = (options: RawOptions) => () => Promise.resolve({ file: 'mix-release.toml', options });

  it.each([
    [{ os: 'a', packages: ['b'] }, 'mix-release.toml sets os, packages'],
    [{}, 'mix-release.toml sets nothing'],
  ])('of options names what the file sets: %j', async (options, text) => {
    expect((await checks({ options: file(options) })).options).toEqual({ name: 'options', status: 'ok', text });
  });

  it('of options says what is wrong with the file, and looks at the usual registry then', async () => {
    const error = new MixReleaseError('bad-config-file', { what: 'mix-release.toml:1: no', next: 'Mend it.' });
    const all = await checks({ options: () => Promise.reject(error) });
    expect(all.options).toMatchObject({ status: 'failed', text: 'mix-release.toml:1: no', next: 'Mend it.' });
    expect(all.registry?.text).toContain('registry-1.docker.io');
    expect(process.exitCode).toBeUndefined();
  });

  it.each([
    ['mirror.example:5000/hub', 'https://mirror.example:5000/v2/'],
    ['localhost:5000', 'http://localhost:5000/v2/'],
    ['docker.io', 'https://registry-1.docker.io/v2/'],
  ])('of the registry looks at the one of the file: %s', async (registry, url) => {
    const asked: string[] = [];
    const fetch = () => (at: URL) => {
      asked.push(at.href);
      return Promise.resolve(new Response('{}'));
    };
    const all = await checks({ options: file({ registry }), fetch });
    expect(asked).toContain(url);
    expect(all.registry?.status).toBe('ok');
  });

  it('of versions says where it is', async () => {
    expect((await checks({ env: { GITHUB_ACTIONS: 'true' } })).versions?.text).toContain('in GitHub Actions');
  });
});

describe('doctorCommand, with what this machine has', () => {
  it('asks its programs, its kernel and its disk', async () => {
    const own = fakeEngine();
    const facts = { ...own.facts, root: tmpdir() };
    await doctorCommand(
      { command: 'doctor', json: true },
      { connect: () => Promise.resolve({ ...own, facts }), fetch: WELL.fetch ?? (() => fetch) },
    );
    const { version, checks: all } = JSON.parse(printed.stdout) as { version: string; checks: readonly Check[] };
    expect(version).toBe(packageJson.version);
    const named = Object.fromEntries(all.map((check) => [check.name, check]));
    expect(named.git?.text).toMatch(/^git \d/);
    expect(named.disk?.text).toMatch(/^\d+\.\d GB of \d+\.\d GB are free at /);
    expect(named.versions?.text).toContain(process.versions.node);
    // By the kernel's list, by buildx, or not at all: it depends on the machine.
    expect(named.emulation?.text).toMatch(/^(?:programs for linux|no emulator for linux|it cannot be seen)/);
  });

  it('says where no engine answers', async () => {
    process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock';
    await doctorCommand({ command: 'doctor', json: false }, { fetch: WELL.fetch ?? (() => fetch) });
    expect(printed.stdout).toMatch(/^engine {4}FAILED {3}no container engine answers at unix:\/\/\/nowhere/);
    expect(process.exitCode).toBe(3);
  });
});
