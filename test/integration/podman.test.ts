import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildRelease, DEFAULT, ROOT } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { hostWith } from '../support/engine.js';
import { ran } from '../support/ran.js';

const run = promisify(execFile);
const SCRIPT = path.join(ROOT, 'test/rig/podman.sh');
const RUNTIME = 'debian:bookworm-slim';

let place: Temporary;
const archive = (): string => path.join(place.path, 'images.tar');

beforeAll(async () => {
  place = await temporary();
  // Another user reads it, and reaches the engine's directory through this one.
  await chmod(place.path, 0o711);
  await run('docker', ['save', '--output', archive(), DEFAULT, RUNTIME]);
  await chmod(archive(), 0o644);
}, 600_000);
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

describe.each([
  { by: 'root', user: [], named: 'docker.io' },
  { by: 'a plain user', user: ['mix-release-rig'], named: 'localhost' },
])("Podman's service, run by $by", ({ user, named }) => {
  let directory: string;
  let env: { readonly DOCKER_HOST: string };

  const podman = async (...args: readonly string[]): Promise<string> =>
    (await run('docker', args, { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 })).stdout.trim();

  beforeAll(async () => {
    directory = path.join(place.path, 'podman');
    await run(SCRIPT, ['start', directory, ...user]);
    env = { DOCKER_HOST: `unix://${path.join(directory, 'socket')}` };
    await podman('load', '--input', archive());
    // Podman gives what it loads a name of its own machine; what it pulls has the registry's.
    if (named === 'localhost') return;
    // By way of another name: older clients leave the registry out, and Podman would find the image of this machine.
    const between = 'localhost/mix-release-test/between';
    await podman('tag', `localhost/${DEFAULT}`, between);
    await podman('rmi', `localhost/${DEFAULT}`);
    await podman('tag', between, `docker.io/${DEFAULT}`);
    await podman('rmi', between);
  }, 600_000);
  afterAll(async () => {
    await run(SCRIPT, ['stop', directory, ...user]);
  }, 60_000);

  it('finds its image, makes the builder, builds, tries the release, and keeps no container', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const output = path.join(place.path, named);
    const args = [checkout.path, '--pull', 'never', '--smoke-test', 'boot', '--output', output];
    const release = await buildRelease(args, { env: { ...env } });
    const image = named === 'localhost' ? `localhost/${DEFAULT}` : DEFAULT;
    expect(release).toMatchObject({ name: 'hello', version: '0.1.0', otp: '27.3.4.1', image });
    expect(ran(release.smoke).checks).toEqual(['eval', 'start', 'rpc', 'load', 'stop', 'log']);
    expect(await podman('ps', '--all', '--quiet')).toBe('');
    await using host = await hostWith(RUNTIME, release.tarball);
    const evaluated = await host.run(['/srv/app/bin/hello', 'eval', 'IO.puts(Hello.greet())']);
    expect(evaluated.output).toContain('hello from hello 0.1.0');
  }, 900_000);
});
