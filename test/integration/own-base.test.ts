import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { buildRelease, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { docker, noContainerWithin } from '../support/engine.js';
import { hostAddress } from '../support/host-address.js';

// A base of our own, from a listing with an OTP and an Elixir that are packed out of the stand-in for trixie. It is made on
// forky, where no image has them.

const OTP = '27.3.4.1';
const SUM = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Packs what builds.hex.pm has: OTP with its Install, and rebar3 because nothing is downloaded here; Elixir, with Hex. */
const PACK = {
  otp: `set -e; cd /tmp; cp -a /usr/lib/erlang OTP-${OTP}; cd OTP-${OTP}; cp "$(command -v rebar3)" bin/
printf '#!/bin/sh\\nsed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$2#" bin/erl erts-*/bin/erl\\n' >Install; chmod +x Install
cd ..; tar -cz OTP-${OTP}`,
  elixir: `erl -noshell -eval '{ok, _} = zip:create("/tmp/e.zip", ["bin", "lib"], [{cwd, "/usr/lib/elixir"}]), halt().' >&2; cat /tmp/e.zip`,
};

async function packed(script: string): Promise<Buffer> {
  const child = spawn('docker', ['run', '--rm', TRIXIE, 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [bytes, [status]] = await Promise.all([buffer(child.stdout), once(child, 'close') as Promise<[number]>]);
  if (status !== 0) throw new Error(`packing ended with ${String(status)}`);
  return bytes;
}

let server: Server;
let hello: Temporary;
let env: Record<string, string>;
/** What is served, by path. */
const files = new Map<string, Buffer>();
const OTP_PATH = `/builds/otp/${process.arch === 'arm64' ? 'arm64' : 'amd64'}/debian-14`;

beforeAll(async () => {
  hello = await checkoutOf('examples/hello');
  const [otp, elixir] = await Promise.all([packed(PACK.otp), packed(PACK.elixir)]);
  const list = (name: string, bytes: Buffer): Buffer => Buffer.from(`${name} 0 2025-01-01T00:00:00Z ${SUM(bytes)}\n`);
  files.set(`${OTP_PATH}/OTP-${OTP}.tar.gz`, otp);
  files.set(`${OTP_PATH}/builds.txt`, list(`OTP-${OTP}`, otp));
  files.set('/builds/elixir/v1.18.3-otp-27.zip', elixir);
  files.set('/builds/elixir/builds.txt', list('v1.18.3-otp-27', elixir));
  files.set('/api/docker', Buffer.from('{"tags":[],"total":0}'));
  server = createServer((request, response) => {
    const found = files.get(new URL(request.url ?? '', 'http://x').pathname);
    response.writeHead(found ? 200 : 404).end(found);
  });
  const host = await hostAddress(docker);
  await once(server.listen(0, host), 'listening');
  const address = `http://${host}:${String((server.address() as AddressInfo).port)}`;
  env = { HEX_BUILDS_URL: address, MIX_RELEASE_BUILDER_API: `${address}/api/docker` };
}, 300_000);
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await hello[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

const WANTED = ['--os', 'debian:forky', '--elixir-version', '1.18.3', '--otp-version', OTP];

describe('own-base', () => {
  it('is named by the error where no image is published', async () => {
    const { status, stderr } = await runCli(['plan', hello.path, '--target', TARGET, ...WANTED], { env });
    expect(status).toBe(4);
    expect(stderr).toContain('error (no-such-image)');
    expect(stderr).toContain('set `own-base` to make one here');
    expect(stderr).toContain('https://bob.hex.pm/request');
  });

  it('is refused where what is downloaded does not have its checksum', async () => {
    const list = files.get('/builds/elixir/builds.txt') ?? Buffer.from('');
    files.set('/builds/elixir/builds.txt', Buffer.from(`v1.18.3-otp-27 0 2025-01-01T00:00:00Z ${'0'.repeat(64)}\n`));
    const ended = await runCli(['build', hello.path, '--target', TARGET, ...WANTED, '--own-base'], { env });
    files.set('/builds/elixir/builds.txt', list);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toContain('dockerfiles/own-base.Dockerfile');
    expect(ended.stderr).toContain('computed checksum did NOT match');
  });

  it('is made of Erlang/OTP and Elixir for the system, and builds a release that runs', async () => {
    await using out = await temporary();
    const args = [hello.path, ...WANTED, '--own-base', '--output', out.path, '--smoke-test', 'eval'];
    expect(await buildRelease(args, { env })).toMatchObject({
      ...{ otp: OTP, elixir: '1.18.3', probe: { osCodename: 'forky' } },
    });
    const again = await runCli(['plan', ...args.slice(0, -4), '--target', TARGET], { env });
    expect(again.stdout).toMatch(
      /^image +mix-release-base:1\.18\.3-erlang-27\.3\.4\.1-debian-forky-[0-9a-f]{12} \(made here/m,
    );
    expect(again.stdout).toMatch(/^builder +mix-release-builder:[0-9a-f]+ \(present,/m);
  });
});
