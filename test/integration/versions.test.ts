import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CLI, runCli, startNode, TARGET, type Ended } from '../support/cli.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin } from '../support/engine.js';
import type { BuiltRelease } from '../../src/pipeline/result.js';

/** What is built here is run by the tests themselves, or is not what they are about. */
const NO_SMOKE = ['--smoke-test', 'off'];

afterAll(() => noContainerWithin(7));

/** Runs `mix-release` where there is no network at all: the engine is on a socket, and nothing else can be asked. */
function runWithoutNetwork(args: readonly string[]): Promise<Ended> {
  return startNode(['--net', process.execPath, CLI, ...args], { node: 'unshare' }).ended;
}

const released = ({ status, stdout, stderr }: Ended): BuiltRelease => {
  if (status !== 0) throw new Error(stderr);
  const [release] = (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
  if (!release) throw new Error('no release');
  return release;
};

describe('the builder image that versions choose', () => {
  it.concurrent.each([
    {
      file: '.tool-versions',
      text: 'erlang 25.2.3\nelixir 1.14.0-otp-25\n',
      args: [],
      image: 'hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20231009-slim',
      runtime: 'debian:bookworm-slim',
    },
    {
      file: 'mise.toml',
      text: '[tools]\nelixir = "1.18.3"\nerlang = "27.3.4.1"\n',
      args: ['--os', 'debian:trixie'],
      image: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
      runtime: 'debian:trixie-slim',
    },
  ])('comes from $file, and without a request when the engine has it', async ({ file, text, args, image, runtime }) => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    await writeFile(path.join(checkout.path, file), text);
    const build = ['build', checkout.path, '--target', TARGET, '--output', out.path, '--json', ...NO_SMOKE, ...args];
    // The builder image itself is made once, with the network.
    expect(released(await runCli(build)).image).toBe(image);
    const again = await runWithoutNetwork(build);
    const release = released(again);
    expect(release.image).toBe(image);
    expect(again.stderr).toContain(`(from ${file}:`);
    await using host = await hostWith(runtime, release.tarball);
    const expression = 'IO.puts(System.version() <> " " <> System.otp_release())';
    expect(await bootAndAsk(host, 'hello', expression)).toBe(`${release.elixir} ${release.otp.split('.')[0] ?? ''}\n`);
  });

  it.concurrent.each([
    ['1.20', '29', 'debian:forky', /^hexpm\/elixir:1\.20\..*-erlang-29\..*-debian-forky-/, 'debian:forky-slim'],
  ])('comes from inputs: Elixir %s on OTP %s, %s', async (elixir, otp, os, image, runtime) => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const wanted = ['--elixir-version', elixir, '--otp-version', otp, '--os', os];
    const args = ['build', checkout.path, '--target', TARGET, '--output', out.path, '--json', ...wanted];
    const release = released(await runCli(args));
    expect(release.image).toMatch(image);
    expect(release.otp).toMatch(new RegExp(`^${otp}\\.`));
    await using host = await hostWith(runtime, release.tarball);
    expect(await bootAndAsk(host, 'nif', 'IO.inspect(Nif.add(40, 2))')).toMatch(/^42$/m);
  });

  it.concurrent('lets the file nearest to the project decide', async () => {
    await using checkout = await checkoutOf('test/fixtures/monorepo');
    await using out = await temporary();
    await writeFile(path.join(checkout.path, '.tool-versions'), 'elixir 1.18.3\nerlang 27.3.4.1\n');
    await writeFile(path.join(checkout.path, 'service/.tool-versions'), 'elixir 1.14.0\nerlang 25.2.3\n');
    const args = ['build', checkout.path, '--working-directory', 'service', '--target', TARGET, '--json', ...NO_SMOKE];
    const release = released(await runCli([...args, '--output', out.path]));
    expect(release.elixir).toBe('1.14.0');
  });
});

describe('versions that cannot be', () => {
  it.concurrent.each([
    [
      'a pair that Elixir does not support',
      ['--elixir-version', '1.14.0', '--otp-version', '27'],
      2,
      'incompatible-versions',
    ],
    ['a version that is none', ['--elixir-version', 'latest'], 2, 'bad-version'],
    ['a file that is not there', ['--version-file', 'nope/.tool-versions'], 2, 'bad-version-file'],
    ['a system that has no images', ['--os', 'windows:11'], 2, 'bad-option'],
    [
      'nothing in the engine, and nobody to ask',
      ['--elixir-version', '1.17.3', '--otp-version', '27'],
      4,
      'registry-outage',
    ],
  ])('%s', async (_, wanted, status, code) => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const args = ['build', checkout.path, '--target', TARGET, '--output', out.path, ...wanted];
    const ended = await runWithoutNetwork(args);
    expect(ended.stderr).toContain(`error (${code})`);
    expect(ended.status).toBe(status);
  });

  it.concurrent('names file and line of a malformed file', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await mkdir(path.join(checkout.path, 'sub'));
    await writeFile(path.join(checkout.path, '.tool-versions'), 'erlang 27.3.4.1\nelixir twelve\n');
    const { status, stderr } = await runCli(['build', checkout.path, '--target', TARGET]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/\.tool-versions:2/);
    expect(stderr).toContain('twelve');
  });
});
