import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildRelease, DEFAULT, ROOT } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { hostWith } from '../support/engine.js';

const run = promisify(execFile);
const SCRIPT = path.join(ROOT, 'test/rig/podman.sh');

let place: Temporary;
let env: { readonly DOCKER_HOST: string };

const podman = async (...args: readonly string[]): Promise<string> =>
  (await run('docker', args, { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 })).stdout.trim();

beforeAll(async () => {
  place = await temporary();
  const directory = path.join(place.path, 'podman');
  await run(SCRIPT, ['start', directory]);
  env = { DOCKER_HOST: `unix://${path.join(directory, 'socket')}` };
  const archive = path.join(place.path, 'image.tar');
  await run('docker', ['save', '--output', archive, DEFAULT]);
  await podman('load', '--input', archive);
  await rm(archive);
  // Podman gives what it loads a name of its own machine; what it pulls has the registry's.
  await podman('tag', `localhost/${DEFAULT}`, `docker.io/${DEFAULT}`);
}, 600_000);
afterAll(async () => {
  await run(SCRIPT, ['stop', path.join(place.path, 'podman')]);
  await place[Symbol.asyncDispose]();
}, 60_000);

it("builds by Podman's service: the builder image, the release, and no container is left", async () => {
  await using checkout = await checkoutOf('examples/hello');
  const output = path.join(place.path, 'out');
  const args = [checkout.path, '--image', DEFAULT, '--pull', 'never', '--output', output];
  const release = await buildRelease(args, { env: { ...env } });
  expect(release).toMatchObject({ name: 'hello', version: '0.1.0', otp: '27.3.4.1' });
  expect(await podman('ps', '--all', '--quiet')).toBe('');
  await using host = await hostWith('debian:bookworm-slim', release.tarball);
  const evaluated = await host.run(['/srv/app/bin/hello', 'eval', 'IO.puts(Hello.greet())']);
  expect(evaluated.output).toContain('hello from hello 0.1.0');
}, 900_000);
