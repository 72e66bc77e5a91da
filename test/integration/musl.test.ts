import { afterAll, describe, expect, it } from '@jest/globals';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { runCli, TARGET } from '../support/cli.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin } from '../support/engine.js';
import { ran } from '../support/ran.js';

const MUSL = 'x86_64-unknown-linux-musl';
const BARE = 'alpine:3.22';

afterAll(() => noContainerWithin(7));

async function buildFor(target: string, project: string, out: string): Promise<BuiltRelease> {
  await using checkout = await checkoutOf(project);
  const { status, stdout, stderr } = await runCli([
    'build',
    checkout.path,
    '--target',
    target,
    '--output',
    out,
    '--json',
  ]);
  if (status !== 0) throw new Error(stderr);
  const [release] = (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
  if (!release) throw new Error('no release');
  return release;
}

describe('x86_64-unknown-linux-musl', () => {
  it.concurrent('builds hello, and it runs where there is nothing but musl', async () => {
    await using out = await temporary();
    const release = await buildFor(MUSL, 'examples/hello', out.path);
    expect(release).toMatchObject({ target: MUSL, name: 'hello', smoke: { test: 'boot', image: BARE, packages: [] } });
    expect(release.tarball).toMatch(/hello-0\.1\.0-x86_64-unknown-linux-musl\.tar\.gz$/);
    await using host = await hostWith(BARE, release.tarball);
    expect(await bootAndAsk(host, 'hello', 'IO.puts(Hello.greet())')).toBe('hello from hello 0.1.0, greeting=hello\n');
  });

  it.concurrent('compiles the NIF for musl, and it does not run where the C library is glibc', async () => {
    await using out = await temporary();
    const release = await buildFor(MUSL, 'examples/nif', out.path);
    expect(ran(release.smoke).nativeApplications.map(({ name }) => name)).toEqual(['crypto', 'nif']);
    const expression = 'IO.inspect({Nif.add(40, 2), Nif.arch()}, width: 200)';
    await using bare = await hostWith(BARE, release.tarball);
    expect(await bootAndAsk(bare, 'nif', expression)).toBe('{42, "x86_64-linux-musl"}\n');
    await using glibc = await hostWith('debian:trixie-slim', release.tarball);
    expect((await glibc.run(['/srv/app/bin/nif', 'eval', expression])).status).not.toBe(0);
  });

  it.concurrent('and a release for glibc does not run where there is only musl', async () => {
    await using out = await temporary();
    const release = await buildFor(TARGET, 'examples/nif', out.path);
    await using bare = await hostWith(BARE, release.tarball);
    const { status } = await bare.run(['/srv/app/bin/nif', 'eval', 'IO.puts(1)']);
    expect(status).not.toBe(0);
  });

  it.concurrent.each([
    ['a system of the other C library', MUSL, ['--os', 'debian:bookworm'], 2, 'bad-option'],
    ['an image of the other C library', MUSL, ['--image', 'debian:trixie-slim'], 4, 'image-without-mix'],
    [
      'an image of musl for glibc',
      TARGET,
      ['--image', 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1'],
      4,
      'image-mismatch',
    ],
    [
      'an image of glibc for musl',
      MUSL,
      ['--image', 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim'],
      4,
      'image-mismatch',
    ],
  ])('refuses %s', async (_, target, args, status, code) => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const ended = await runCli(['build', checkout.path, '--target', target, '--output', out.path, ...args]);
    expect(ended.stderr).toContain(`error (${code})`);
    expect(ended.status).toBe(status);
  });
});
