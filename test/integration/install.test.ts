import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TarballFacts } from '../../src/distribution/facts.js';
import { buildRelease, runCli, TARGET } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { ended, machineOf, type Machine } from '../support/machine.js';

const MUSL = 'x86_64-unknown-linux-musl';
const BASE = `hello-0.1.0-${TARGET}`;

let built: Temporary;
let assets: Temporary;

/** Only tarballs are installed. */
const NO_SBOM = { sbom: undefined };

/** Assets of what was built, with the facts of the glibc tarball changed, and those for musl. */
async function assetsWith(
  directory: string,
  change: Partial<TarballFacts>,
  {
    only = false,
    baseUrl = '',
    musl = {},
  }: { readonly only?: boolean; readonly baseUrl?: string; readonly musl?: Partial<TarballFacts> } = {},
): Promise<void> {
  const place = path.join(directory, 'built');
  await mkdir(place, { recursive: true });
  const file = `hello-${change.version ?? '0.1.0'}-${TARGET}.tar.gz`;
  const facts = JSON.parse(await readFile(path.join(built.path, `${BASE}.json`), 'utf8')) as TarballFacts;
  await copyFile(path.join(built.path, `${BASE}.tar.gz`), path.join(place, file));
  await writeFile(
    path.join(place, file.replace('.tar.gz', '.json')),
    JSON.stringify({ ...facts, ...NO_SBOM, file, ...change }),
  );
  if (!only) {
    const name = `hello-0.1.0-${MUSL}`;
    await copyFile(path.join(built.path, `${name}.tar.gz`), path.join(place, `${name}.tar.gz`));
    const others = JSON.parse(await readFile(path.join(built.path, `${name}.json`), 'utf8')) as TarballFacts;
    await writeFile(path.join(place, `${name}.json`), JSON.stringify({ ...others, ...NO_SBOM, ...musl }));
  }
  const from = baseUrl === '' ? [] : ['--base-url', baseUrl];
  const { status, stderr } = await runCli(['index', place, '--output', path.join(directory, 'assets'), ...from]);
  if (status !== 0) throw new Error(stderr);
}

beforeAll(async () => {
  built = await temporary();
  assets = await temporary();
  await using checkout = await checkoutOf('examples/hello');
  // Built on a newer system than the oldest machine below: that one has to be refused.
  await buildRelease([checkout.path, '--os', 'debian:trixie', '--output', built.path]);
  await buildRelease([checkout.path, '--target', MUSL, '--output', built.path]);
  await assetsWith(assets.path, {});
});
afterAll(async () => {
  await built[Symbol.asyncDispose]();
  await assets[Symbol.asyncDispose]();
});

const HERE = '/srv/assets';

async function machineWithAssets(image: string, directory = assets.path): Promise<Machine> {
  const machine = await machineOf(image);
  await machine.take(path.join(directory, 'assets'), HERE);
  return machine;
}

const install = (machine: Machine, ...args: readonly string[]): ReturnType<Machine['run']> =>
  machine.run('sh', `${HERE}/install.sh`, '--from', HERE, ...args);

describe('install.sh', () => {
  it('installs the tarball for glibc, which runs from the link; the next version takes the link, and keeps the last', async () => {
    await using machine = await machineWithAssets('debian:trixie-slim');
    const first = await install(machine);
    expect(first).toEqual({
      status: 0,
      output: `hello 0.1.0 for ${TARGET} is in /opt/hello/0.1.0; /opt/hello/current leads there\n`,
    });
    const evaluated = await machine.run('/opt/hello/current/bin/hello', 'eval', 'IO.puts(Hello.greet())');
    expect(evaluated.output).toContain('hello from hello 0.1.0');
    expect(await install(machine)).toEqual(first);

    await using next = await temporary();
    await assetsWith(next.path, { version: '0.2.0' }, { only: true });
    await machine.take(path.join(next.path, 'assets'), HERE);
    expect((await install(machine)).status).toBe(0);
    const links = await machine.run('readlink', '/opt/hello/current', '/opt/hello/previous');
    expect(links.output).toBe('0.2.0\n0.1.0\n');
    expect((await machine.run('ls', '-A', '/opt/hello')).output).toBe('0.1.0\n0.2.0\ncurrent\nprevious\n');
    expect((await machine.run('/opt/hello/previous/bin/hello', 'eval', 'IO.puts(:back)')).output).toBe('back\n');
  });

  it('refuses a machine whose glibc is too old, says both, and installs nothing', async () => {
    await using machine = await machineWithAssets('debian:bullseye-slim');
    const { status, output } = await install(machine);
    expect(status).toBe(3);
    const floor = (JSON.parse(await readFile(path.join(built.path, `${BASE}.json`), 'utf8')) as TarballFacts).glibc;
    expect(output).toContain(`hello 0.1.0 needs glibc ${floor ?? ''} or newer, and this machine has 2.31\n`);
    expect((await machine.run('ls', '-A', '/opt')).output).toBe('');
    // That it had to: installed by force, it does not run.
    expect((await install(machine, '--force')).status).toBe(0);
    const evaluated = await machine.run('/opt/hello/current/bin/hello', 'eval', '1');
    expect(evaluated.status).not.toBe(0);
    expect(evaluated.output).toMatch(/GLIBC_2\.\d+' not found/);
  });

  it('names the libraries that are missing, and their packages in the words of the system', async () => {
    await using other = await temporary();
    const libraries = ['libc.so.6', 'libnowhere.so.5'];
    const packages = { debian: ['libnowhere5'], ubuntu: ['libnowhere5u'], rhel: ['nowhere-libs'], alpine: ['nowhere'] };
    await assetsWith(other.path, { glibc: '2.17', libraries, packages });
    await using machine = await machineWithAssets('debian:bookworm-slim', other.path);
    const { status, output } = await install(machine);
    expect(status).toBe(3);
    expect(output).toContain('these libraries are not here: libnowhere.so.5\n');
    expect(output).toContain('apt-get install libnowhere5\n');
    expect((await machine.run('ls', '-A', '/opt')).output).toBe('');
    await machine.run('touch', '/usr/lib/x86_64-linux-gnu/libnowhere.so.5');
    expect((await install(machine)).status).toBe(0);
  });

  it.each([
    ['CA certificates', 'debian:bookworm-slim', 'ca-certificates', '/etc/ssl/certs/ca-certificates.crt'],
    ['time zone data', 'alpine:3.22', 'time-zones', '/usr/share/zoneinfo/UTC'],
  ] as const)('names %s that are missing, and their package', async (name, image, kind, file) => {
    await using other = await temporary();
    const packages = { debian: ['pkg-d'], ubuntu: [], rhel: [], alpine: ['pkg-a'] };
    const change = { data: [kind], packages, libraries: [] };
    await assetsWith(other.path, { ...change, glibc: '2.17' }, { musl: change });
    await using machine = await machineWithAssets(image, other.path);
    const { status, output } = await install(machine);
    expect(status).toBe(3);
    expect(output).toContain(`the ${name} of the system, and there`);
    expect(output).toMatch(/(?:apt-get install pkg-d|apk add pkg-a)\n/);
    expect((await machine.run('ls', '-A', '/opt')).output).toBe('');
    await machine.run('sh', '-c', `mkdir -p "$(dirname ${file})"; echo x >${file}`);
    expect(await install(machine)).toMatchObject({ status: 0 });
  });

  it('has nothing for a machine that no tarball is for', async () => {
    await using other = await temporary();
    await assetsWith(other.path, {}, { only: true });
    await using machine = await machineWithAssets('alpine:3.22', other.path);
    const { status, output } = await install(machine);
    expect({ status, output }).toMatchObject({ status: 3 });
    expect(output).toContain(`hello 0.1.0 is not there for this machine (x86_64-unknown-linux-musl)`);
    expect(output).toContain(`it is there for ${TARGET}`);
  });

  it('takes no tarball whose checksum is wrong, and leaves nothing of it', async () => {
    await using machine = await machineWithAssets('debian:trixie-slim');
    await machine.run('sh', '-c', `echo more >>${HERE}/${BASE}.tar.gz`);
    const { status, output } = await install(machine, '--to', '/srv/hello');
    expect(status).toBe(5);
    expect(output).toContain(`${BASE}.tar.gz has the checksum`);
    expect((await machine.run('ls', '-A', '/srv/hello')).output).toBe('');
    expect((await machine.run('sh', '-c', 'ls -d /tmp/install.* 2>/dev/null | wc -l')).output).toBe('0\n');
  });

  it('replaces a version that is there from another tarball only when told to', async () => {
    await using machine = await machineWithAssets('debian:trixie-slim');
    expect((await install(machine)).status).toBe(0);
    await machine.run('sh', '-c', 'echo 0 >/opt/hello/0.1.0/.mix-release; touch /opt/hello/0.1.0/stray');
    const again = await install(machine);
    expect(again.status).toBe(1);
    expect(again.output).toContain('is there already, and not from this tarball');
    expect((await install(machine, '--replace')).status).toBe(0);
    expect((await machine.run('ls', '-A', '/opt/hello/0.1.0')).output).not.toContain('stray');
    expect((await machine.run('ls', '-A', '/opt/hello')).output).toBe('0.1.0\ncurrent\n');
  });

  it.each([
    [['--from'], '--from needs a value'],
    [['--nonsense'], 'there is no option --nonsense'],
    [[], 'say where the files are'],
    [['--from', HERE, '--name', 'other'], 'there is no release other; there is hello'],
  ])('tells wrong usage: %j', async (args, what) => {
    const { status, output } = await ended('sh', [path.join(assets.path, 'assets/install.sh'), ...args.map(here)]);
    expect(status).toBe(2);
    expect(output).toContain(what);
  });
});

const here = (arg: string): string => (arg === HERE ? path.join(assets.path, 'assets') : arg);

describe('install.sh from an address', () => {
  let server: Server;
  let served: Temporary;
  const requested: string[] = [];

  beforeAll(async () => {
    served = await temporary();
    server = createServer((request, response) => {
      requested.push(request.url ?? '');
      readFile(path.join(served.path, 'assets', path.basename(decodeURIComponent(request.url ?? '')))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/download/v0.1.0`;
    await assetsWith(served.path, {}, { baseUrl });
  });
  afterAll(async () => {
    server.close();
    await served[Symbol.asyncDispose]();
  });

  it('takes the tarball for musl by busybox, knowing its address', async () => {
    await using machine = await machineOf('alpine:3.22', 'host');
    await machine.take(path.join(served.path, 'assets'), '/srv');
    await machine.run('sh', '-c', 'rm /srv/*.tar.gz /srv/release.json');
    const { status, output } = await machine.run('sh', '/srv/install.sh');
    expect({ status, output }).toEqual({
      status: 0,
      output: `hello 0.1.0 for ${MUSL} is in /opt/hello/0.1.0; /opt/hello/current leads there\n`,
    });
    const evaluated = await machine.run('/opt/hello/current/bin/hello', 'eval', 'IO.puts(Hello.greet())');
    expect(evaluated.output).toContain('hello from hello 0.1.0');
  });

  it.each(['curl', 'wget'])('asks by %s, and only for what it needs', async (client) => {
    await using place = await temporary();
    const bin = path.join(place.path, 'bin');
    await mkdir(bin);
    // This machine's programs without the other client.
    const programs =
      'sh awk tar gzip sha256sum cut sed mktemp rm cp cat mkdir mv ln readlink uname getconf wc tr'.split(' ');
    for (const program of [...programs, client]) {
      const { output } = await ended('sh', ['-c', `ln -s "$(command -v "$0")" "$1"`, program, bin]);
      expect(output).toBe('');
    }
    requested.length = 0;
    const script = path.join(served.path, 'assets/install.sh');
    const to = path.join(place.path, 'to');
    const args = [script, '--to', to, '--target', MUSL];
    const { status, output } = await ended('sh', args, { env: { PATH: bin } });
    expect({ status, output }).toMatchObject({ status: 0 });
    expect((await readdir(to)).sort()).toEqual(['0.1.0', 'current']);
    expect(requested).toEqual(['/download/v0.1.0/release.json', `/download/v0.1.0/hello-0.1.0-${MUSL}.tar.gz`]);
    const lost = await ended('sh', [script, '--from', `http://127.0.0.1:1`, '--to', to], { env: { PATH: bin } });
    expect(lost.status).toBe(4);
    expect(lost.output).toContain('http://127.0.0.1:1/release.json could not be downloaded');
  });
});
