import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PACKAGER } from '../conformance/platforms.js';
import { makeGitRepository } from '../conformance/hex/git-repository.js';
import { makeRepositories } from '../conformance/hex/repositories.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { ROOT, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { startCompany, type Company } from '../support/company.js';
import { docker } from '../support/engine.js';
import { startForwardProxy } from '../support/forward-proxy.js';

const run = promisify(execFile);
const scope = new AsyncDisposableStack();
const MUSL = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1';
let company: Company;
let publicKey: string;
/** Builder images that trust the company, which nothing else has a use for. */
const made = new Set<string>();

beforeAll(async () => {
  const place = scope.use(await temporary());
  const files = path.join(place.path, 'files');
  const keys = path.join(place.path, 'keys');
  await mkdir(keys);
  const hex = path.join(ROOT, 'test/conformance/hex');
  ({ publicKey } = await makeRepositories(PACKAGER, hex, files));
  await makeGitRepository(path.join(hex, 'brook'), path.join(files, 'brook.git'));
  company = scope.use(await startCompany(files, keys));
  scope.defer(async () => {
    for (const name of made) await docker.getImage(name).remove({ force: true });
  });
}, 120_000);
afterAll(() => scope.disposeAsync(), 60_000);

/** A project that depends on a package of the company's registry. */
async function project(dependency = '{:ripple, "~> 1.0"}'): Promise<Temporary> {
  const checkout = await checkoutOf('test/conformance/fixtures/packaged');
  const file = path.join(checkout.path, 'mix.exs');
  await writeFile(file, (await readFile(file, 'utf8')).replace('deps: []', `deps: [${dependency}]`));
  await writeFile(path.join(checkout.path, 'public_key'), publicKey);
  await writeFile(path.join(checkout.path, 'company.pem'), company.authority.certificate);
  await git(checkout.path, 'add', '--all');
  return checkout;
}

/** Runs `mix-release build` to its end, without a smoke test. */
async function build(args: readonly string[], env: Record<string, string> = {}) {
  const ended = await runCli(['build', ...args, '--smoke-test', 'off'], { env });
  if (args.includes('--ca-certificates')) {
    for (const [, name = ''] of ended.stderr.matchAll(/^builder .*(mix-release-builder:[0-9a-f]{16})/gm))
      made.add(name);
  }
  return ended;
}

const packages = (): readonly string[] => ['--env', `PACKAGES_URL=${company.url}`];

// What looks at the company's server by its own way to find authorities.
const TOOLS = `
set -eu
url=$1
git ls-remote "$url/brook.git" >/dev/null && echo "git reaches it"
echo | openssl s_client -verify_return_error -connect "\${url#https://}" >/dev/null 2>&1 && echo "openssl reaches it"
elixir -e '
  {:ok, _} = Application.ensure_all_started(:inets)
  {:ok, _} = Application.ensure_all_started(:ssl)
  ssl = [verify: :verify_peer, cacerts: :public_key.cacerts_get()]
  {:ok, {{_, 200, _}, _, _}} = :httpc.request(:get, {hd(System.argv()) <> "/hexpm/names", []}, [ssl: ssl], [])
  IO.puts("Erlang reaches it, with #{length(:public_key.cacerts_get())} authorities")
' "$url"
`;

describe('a company with an authority of its own', () => {
  it.each([
    ['Debian', TRIXIE, TARGET],
    ['Alpine', MUSL, 'x86_64-unknown-linux-musl'],
  ])(
    'is reached by Hex, git, OpenSSL and Erlang on %s, and its certificate does not ship',
    async (_, image, target) => {
      await using checkout = await project();
      await using out = await temporary();
      const args = ['--image', image, '--target', target, '--ca-certificates', 'company.pem', '--output', out.path];
      const script = `cat >/tmp/tools <<'END'${TOOLS}END\nsh /tmp/tools ${company.url}`;
      const { status, stderr, stdout } = await build([
        ...[checkout.path, ...args, ...packages(), '--before-build', script, '--verbose', '--json'],
      ]);
      expect([status, stderr]).toEqual([0, expect.stringContaining('git reaches it')]);
      expect(stderr).toContain('openssl reaches it');
      // The system's own are kept.
      expect(Number(/with (\d+) authorities/.exec(stderr)?.[1])).toBeGreaterThan(50);
      const { tarball } = (JSON.parse(stdout) as { releases: [{ tarball: string }] }).releases[0];
      const unpacked = await run('sh', ['-c', 'gzip -dc "$1"', 'sh', tarball], {
        maxBuffer: 2 ** 28,
        encoding: 'latin1',
      });
      const line = company.authority.certificate.split('\n')[2] ?? '';
      expect(line).toMatch(/^[\w+/]{64}$/);
      expect(unpacked.stdout).toContain('releases/0.1.0');
      expect(unpacked.stdout).not.toContain(line);
      expect(unpacked.stdout).not.toContain('authorities.pem');
    },
  );

  it('is not trusted without the option, which is not tried again', async () => {
    await using checkout = await project();
    const { status, stderr } = await build([checkout.path, '--image', TRIXIE, '--target', TARGET, ...packages()]);
    expect([status, stderr]).toEqual([5, expect.stringMatching(/unknown_ca|Unknown CA/i)]);
    expect(stderr).toContain('deps-failed');
    expect(stderr).not.toContain('attempt 2');
  });

  it('is reached by the steps of a Dockerfile, and where Mix fetches Hex from', async () => {
    await using checkout = await project();
    await mkdir(path.join(checkout.path, 'ci'));
    // Without Debian's own Hex, Mix has to fetch one.
    const lines = [
      'ARG BASE',
      'FROM ${BASE}',
      `RUN echo | openssl s_client -verify_return_error -connect ${company.host}`,
      `RUN echo "deb [trusted=yes] ${company.url}/apt ./" >/etc/apt/sources.list && (apt-get update || true)`,
    ];
    const without = 'RUN rm -r /usr/lib/elixir/lib/hex';
    await writeFile(path.join(checkout.path, 'ci/Dockerfile'), [...lines, without, ''].join('\n'));
    company.asked.length = 0;
    const { status, stderr } = await build(
      [
        ...[checkout.path, '--image', TRIXIE, '--target', TARGET, '--ca-certificates', 'company.pem'],
        ...['--dockerfile', 'ci/Dockerfile', ...packages()],
      ],
      { HEX_BUILDS_URL: `${company.url}/builds` },
    );
    // It has no build of Hex; that it was asked for one is what counts.
    expect([status, stderr]).toEqual([4, expect.stringContaining('builder-failed')]);
    expect(company.asked.filter((name) => name.startsWith('/builds/'))).not.toEqual([]);
    expect(company.asked.filter((name) => name.startsWith('/apt/'))).not.toEqual([]);
  });

  it('is reached by its proxy', async () => {
    await using checkout = await project();
    await using proxy = await startForwardProxy({ host: company.host.replace(/:\d+$/, '') });
    company.asked.length = 0;
    const args = [checkout.path, '--image', TRIXIE, '--target', TARGET, '--ca-certificates', 'company.pem'];
    await using out = await temporary();
    const { status, stderr } = await build([...args, ...packages(), '--output', out.path, '--cache', 'false'], {
      HTTPS_PROXY: proxy.url,
    });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(proxy.asked).toContain(`CONNECT ${company.host}`);
  });

  it('is asked again where it fails for a moment, which is said', async () => {
    await using checkout = await project();
    await using out = await temporary();
    company.failNext('/hexpm/tarballs/', 1);
    const { status, stderr } = await build([
      ...[checkout.path, '--image', TRIXIE, '--target', TARGET, '--ca-certificates', 'company.pem'],
      ...[...packages(), '--cache', 'false', '--output', out.path],
    ]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/mix deps\.get: the network failed .*503.*attempt 2 of 3/),
    ]);
  });

  it.each([
    ['that is missing', 'nowhere.pem', 'does not exist'],
    ['without a certificate', 'mix.exs', 'holds no certificate'],
  ])('has no file %s', async (_, name, why) => {
    await using checkout = await project();
    const { status, stderr } = await build([checkout.path, '--target', TARGET, '--ca-certificates', name]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(why)]);
  });
});

describe('container-options', () => {
  const buildWith = async (checkout: string, options: string, script: string) => {
    await using out = await temporary();
    return await build([
      ...[checkout, '--image', TRIXIE, '--target', TARGET, '--output', out.path, '--verbose'],
      ...['--container-options', options, '--before-build', script],
    ]);
  };

  it('limit memory and processors, add hosts, and choose a network', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const script = [
      'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | sed "s/^/memory /"',
      'cat /sys/fs/cgroup/cpu.max 2>/dev/null | sed "s/^/cpu /" || true',
      'cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null | sed "s/^/cpu /" || true',
      'getent hosts hex.company.test',
      'echo "links $(ls /sys/class/net)"',
    ].join('\n');
    const options = '--memory 1g --cpus 1.5 --network none --add-host hex.company.test:192.0.2.7';
    const { status, stderr } = await buildWith(checkout.path, options, script);
    expect([status, stderr]).toEqual([0, expect.stringContaining('memory 1073741824')]);
    expect(stderr).toContain('cpu 150000');
    expect(stderr).toMatch(/192\.0\.2\.7\s+hex\.company\.test/);
    expect(stderr).toMatch(/links lo\n/);
    expect(stderr).toContain('the build container has 1024 MiB of memory, 1.5 processors, the network none');
  });

  it('mount read-only unless rw, say so, and use nothing that was compiled earlier', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using shared = await temporary();
    await chmod(shared.path, 0o777);
    await writeFile(path.join(shared.path, 'given'), 'from outside\n');
    const script = 'cat /mnt/a/given; ! touch /mnt/a/new; touch /mnt/b/new';
    const options = `-v ${shared.path}:/mnt/a -v ${shared.path}:/mnt/b:rw`;
    for (const round of [1, 2]) {
      const { status, stderr } = await buildWith(checkout.path, options, script);
      expect([round, status, stderr]).toEqual([round, 0, expect.stringContaining('from outside')]);
      expect(stderr).toContain('mounted at /mnt/a, read-only');
      expect(stderr).toContain('the build may WRITE to it');
      expect(stderr).toMatch(/Compiling \d+ files? \(\.ex\)/);
    }
    expect(await readFile(path.join(shared.path, 'new'), 'utf8')).toBe('');
  });

  it.each([
    ['--volume /no/such/path:/mnt', '/no/such/path'],
    ['--network no-such-network', 'no-such-network'],
    ['--cpus 4000', 'CPUs'],
  ])('that the engine refuses are a bad option: %s', async (options, reason) => {
    await using checkout = await checkoutOf('examples/hello');
    const { status, stderr } = await buildWith(checkout.path, options, 'true');
    expect([status, stderr]).toEqual([2, expect.stringContaining('bad-option')]);
    expect(stderr).toContain(reason);
  });
});
