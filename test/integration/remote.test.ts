import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildRelease, ROOT, runCli, startCli, TARGET } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { docker, noContainerWithin } from '../support/engine.js';

const run = promisify(execFile);
const SCRIPT = path.join(ROOT, 'test/rig/remote.sh');

let place: Temporary;
let remote: string;
let checkout: Temporary;
let out: Temporary;
let tcp: Readonly<Record<string, string>>;
let ssh: Readonly<Record<string, string>>;
/** The engine that the other tests use. */
let here: Awaited<ReturnType<typeof buildRelease>>;

beforeAll(async () => {
  place = await temporary();
  remote = path.join(place.path, 'remote');
  out = await temporary();
  checkout = await checkoutOf('examples/hello');
  await run(SCRIPT, ['start', remote]);
  const address = async (file: string): Promise<string> => (await readFile(path.join(remote, file), 'utf8')).trim();
  tcp = { DOCKER_HOST: await address('tcp'), DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: path.join(remote, 'tls') };
  ssh = { DOCKER_HOST: await address('ssh-address'), PATH: `${path.join(remote, 'bin')}:${process.env.PATH ?? ''}` };
  // That engine reaches no network: it gets the base image and the builder that were made here.
  here = await buildRelease([checkout.path, '--output', path.join(out.path, 'here')]);
  // Of the builders on this base, its own is one.
  const builders = (await docker.listImages({ filters: { label: [`mix-release.base=${here.image}`] } })).flatMap(
    ({ RepoTags }) => RepoTags ?? [],
  );
  const images = path.join(place.path, 'images.tar');
  await run('docker', ['save', '--output', images, here.image, ...builders]);
  await run('docker', ['load', '--input', images], { env: { ...process.env, ...tcp } });
  await rm(images);
}, 600_000);
afterAll(async () => {
  await run(SCRIPT, ['stop', remote]);
  for (const each of [place, out, checkout]) await each[Symbol.asyncDispose]();
}, 300_000);

/** What runs in the other engine, by its own socket. */
async function there(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: `unix://${path.join(remote, 'socket')}` };
  return (await run('docker', args, { env })).stdout.trim();
}

describe('an engine on another machine', () => {
  it.each([
    ['by TCP with TLS', (): typeof tcp => tcp],
    ['by SSH', (): typeof ssh => ssh],
  ])('builds the same, and nothing stays there: %s', async (name, env) => {
    const output = path.join(out.path, name);
    // The other engine has the builder alone, and no image to try the release in.
    const args = ['build', checkout.path, '--target', TARGET, '--output', output, '--smoke-test', 'off', '--json'];
    const started = startCli(args, { env: env() });
    const { status, stdout, stderr } = await started.ended;
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const [release] = (JSON.parse(stdout) as { releases: readonly (typeof here)[] }).releases;
    expect(release).toMatchObject({ name: 'hello', imageDigest: here.imageDigest, probe: here.probe });
    expect((await run('tar', ['-tzf', release?.tarball ?? ''])).stdout).toContain('bin/hello\n');
    expect(await there('ps', '--all', '--quiet')).toBe('');
    // It was that engine: the state of the build is there.
    expect(await there('volume', 'ls', '--quiet')).toMatch(/^mix-release-state-/);
    await noContainerWithin(1);
  });

  it.each([
    ['by TCP with TLS', (): typeof tcp => tcp],
    ['by SSH', (): typeof ssh => ssh],
  ])('is left clean by a build that is cancelled, or killed: %s', async (name, env) => {
    await using slow = await checkoutOf('examples/hello');
    await writeFile(path.join(slow.path, 'lib/slow.ex'), 'IO.puts("compiling slowly")\nProcess.sleep(60_000)\n');
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const args = ['build', slow.path, '--target', TARGET, '--output', path.join(out.path, name), '--verbose'];
      const { child, printed, ended } = startCli(args, { env: env() });
      await printed('compiling slowly');
      expect(await there('ps', '--quiet')).not.toBe('');
      child.kill(signal);
      expect(await ended).toMatchObject(signal === 'SIGINT' ? { status: 130 } : { signal });
      const deadline = Date.now() + 15_000;
      while ((await there('ps', '--all', '--quiet')) !== '' && Date.now() < deadline) continue;
      expect(await there('ps', '--all', '--quiet')).toBe('');
    }
  });

  it('is found by a Docker context', async () => {
    const config = path.join(place.path, 'docker-config');
    const tls = ['ca', 'cert', 'key'].map((file) => `${file}=${path.join(remote, `tls/${file}.pem`)}`).join(',');
    const env = { DOCKER_CONFIG: config };
    const without = Object.fromEntries(Object.entries(process.env).filter(([variable]) => variable !== 'DOCKER_HOST'));
    const options = { env: { ...without, ...env } };
    await run('docker', ['context', 'create', 'far', '--docker', `host=${tcp.DOCKER_HOST ?? ''},${tls}`], options);
    await run('docker', ['context', 'use', 'far'], options);
    const args = ['plan', checkout.path, '--target', TARGET, '--json'];
    const planned = await runCli(args, { env: { ...env, DOCKER_HOST: '' } });
    expect({ status: planned.status, stderr: planned.stderr }).toMatchObject({ status: 0 });
    const other = await runCli(args, { env: { ...env, DOCKER_HOST: '', DOCKER_CONTEXT: 'nobody' } });
    expect(other.status).toBe(3);
    expect(other.stderr).toContain("error (engine-unreachable): the Docker context 'nobody' cannot be read");
  });

  it('that does not know us, or that we do not know, is an error that says so', async () => {
    await using empty = await temporary();
    const args = ['plan', checkout.path, '--target', TARGET];
    const strangers = await runCli(args, {
      env: { DOCKER_HOST: tcp.DOCKER_HOST ?? '', DOCKER_TLS_VERIFY: '', HOME: empty.path },
    });
    expect(strangers.status).toBe(3);
    expect(strangers.stderr).toContain(
      `error (engine-unreachable): no container engine answers at ${tcp.DOCKER_HOST ?? ''}`,
    );
    await writeFile(path.join(remote, 'ssh/known_hosts'), '');
    const unknown = await runCli(args, { env: ssh });
    expect(unknown.status).toBe(3);
    expect(unknown.stderr).toContain('Host key verification failed');
  });
});
