import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { buildRelease, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { startCompany, type Company } from '../support/company.js';
import { docker, noContainerWithin } from '../support/engine.js';
import { hostAddress } from '../support/host-address.js';

// A base of our own, from a listing with an OTP and an Elixir that are packed out of the stand-in for trixie. It is made on
// forky, where no image has them. A company's server has the same, and sources that are quickly compiled: what configures
// and installs them looks at how it is called, and puts that same OTP where it is installed to.

const OTP = '27.3.4.1';
const SUM = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Packs what builds.hex.pm has: OTP with its Install, and rebar3 because nothing is downloaded here; Elixir, with Hex. */
const PACK = {
  otp: `set -e; cd /tmp; cp -a /usr/lib/erlang OTP-${OTP}; cd OTP-${OTP}; cp "$(command -v rebar3)" bin/
printf '#!/bin/sh\\nsed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$2#" bin/erl erts-*/bin/erl\\n' >Install; chmod +x Install
cd ..; tar -cz OTP-${OTP}`,
  sources: `set -e; cd /tmp; mkdir src; cd src; cp -a /usr/lib/erlang otp; cp "$(command -v rebar3)" otp/bin/; mkdir otp/doc
sed -i 's#ROOTDIR=/usr/lib/erlang#ROOTDIR=/usr/local/lib/erlang#' otp/bin/erl otp/erts-*/bin/erl
cat >configure <<'END'
#!/bin/sh
set -eu
for program in cc c++ make perl; do command -v $program >/dev/null; done
for header in openssl/ssl.h ncurses.h netinet/sctp.h; do echo "#include <$header>" | cc -E - >/dev/null; done
case " $* " in *" --with-ssl "*) ;; *) exit 1 ;; esac
printf 'all:\n\ttouch made\ninstall:\n\ttest -e made\n\tcp -a otp /usr/local/lib/erlang\n\tln -s /usr/local/lib/erlang/bin/* /usr/local/bin/\n' >Makefile
END
chmod +x configure; cd ..; tar -cz src`,
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
let company: Company;
const scope = new AsyncDisposableStack();
/** What is served, by path. */
const files = new Map<string, Buffer>();
const OTP_PATH = `/builds/otp/${process.arch === 'arm64' ? 'arm64' : 'amd64'}/debian-14`;

beforeAll(async () => {
  hello = scope.use(await checkoutOf('examples/hello'));
  const [otp, elixir, sources] = await Promise.all([PACK.otp, PACK.elixir, PACK.sources].map(packed));
  if (!otp || !elixir || !sources) throw new Error('nothing was packed');
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
  const place = scope.use(await temporary()).path;
  await mkdir(path.join(place, 'keys'));
  const serve = async (name: string, bytes: Buffer): Promise<void> => {
    const file = path.join(place, 'files', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  };
  for (const [name, bytes] of files) await serve(name, bytes);
  // Another list, with Elixir alone.
  for (const [name, bytes] of files) if (name.startsWith('/builds/elixir/')) await serve(`/sources${name}`, bytes);
  const archive = `otp_src_${OTP}.tar.gz`;
  await serve(`/sources/OTP-${OTP}/SHA256.txt`, Buffer.from(`${SUM(sources)}  ${archive}\n`));
  await serve(`/sources/OTP-${OTP}/${archive}`, sources);
  company = scope.use(await startCompany(path.join(place, 'files'), path.join(place, 'keys')));
  await writeFile(path.join(hello.path, 'company.pem'), company.authority.certificate);
}, 300_000);
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await scope.disposeAsync();
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

  describe('of a company with an authority of its own', () => {
    const trusting = (builds: string): Record<string, string> => ({
      HEX_BUILDS_URL: `${company.url}${builds}`,
      MIX_RELEASE_OTP_SOURCES: `${company.url}/sources`,
      MIX_RELEASE_BUILDER_API: `${company.url}/api/docker`,
    });

    it('trusts it, and is made again where the network failed', async () => {
      await using out = await temporary();
      // As often as curl itself asks.
      company.failNext('/builds/elixir/v', 4);
      const args = ['build', hello.path, '--target', TARGET, ...WANTED, '--own-base', '--output', out.path];
      const ended = await runCli([...args, '--ca-certificates', 'company.pem', '--smoke-test', 'eval'], {
        env: trusting(''),
      });
      expect([ended.status, ended.stderr]).toEqual([
        0,
        expect.stringMatching(/own-base\.Dockerfile: the network failed .*503.*attempt 2 of 3/),
      ]);
      expect(company.asked).toContain(`${OTP_PATH}/OTP-${OTP}.tar.gz`);
      expect(company.asked.filter((name) => name.startsWith('/builds/elixir/v'))).toHaveLength(5);
    });

    it('compiles Erlang/OTP from its sources where nobody has it for the system', async () => {
      await using out = await temporary();
      const args = [hello.path, ...WANTED, '--own-base', '--output', out.path, '--smoke-test', 'eval'];
      expect(
        await buildRelease([...args, '--ca-certificates', 'company.pem'], { env: trusting('/sources') }),
      ).toMatchObject({ otp: OTP, elixir: '1.18.3', probe: { osCodename: 'forky' } });
      expect(company.asked).toContain(`/sources/OTP-${OTP}/otp_src_${OTP}.tar.gz`);
    });
  });
});
