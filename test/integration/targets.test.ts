import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { expectAudited } from '../support/audited.js';
import { ARM64, buildRelease, BULLSEYE, DEFAULT, runCli, TARGET } from '../support/cli.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin, runtimeWith } from '../support/engine.js';

const AARCH64 = 'aarch64-unknown-linux-gnu';
const ARM64_SYSTEM = 'arm64v8/debian:trixie-slim';
/** What OTP 27 needs under the rig's emulator, in a host as in a builder. */
const EMULATED = { ERL_FLAGS: '+JMsingle true' };

afterAll(() => noContainerWithin(7));

const ask = {
  hello: { expression: 'IO.puts(Hello.greet())', answer: 'hello from hello 0.1.0, greeting=hello\n' },
  nif: { expression: 'IO.inspect(Nif.add(40, 2))', answer: '42\n' },
} as const;

describe('x86_64-unknown-linux-gnu', () => {
  it.concurrent.each(['hello', 'nif'] as const)('builds %s on bullseye, and it boots there', async (name) => {
    await using checkout = await checkoutOf(`examples/${name}`);
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--image', BULLSEYE, '--output', out.path]);
    expect(release).toMatchObject({ otp: '23.2.6', elixir: '1.10.3', probe: { libcVersion: '2.31' } });
    const runtime = name === 'nif' ? await runtimeWith('debian:bullseye-slim', 'libssl1.1') : 'debian:bullseye-slim';
    // Mix 1.10 lets nobody but the owner of a release run it.
    await using host = await hostWith(runtime, release.tarball, 'root');
    expect(await bootAndAsk(host, name, ask[name].expression)).toBe(ask[name].answer);
  });

  it.concurrent('builds on the system with the lower glibc when nobody asks, and says so', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const args = ['build', checkout.path, '--target', TARGET, '--output', out.path, '--smoke-test', 'off'];
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain(`image    ${DEFAULT} (in the engine)`);
    expect(stderr).toContain(
      'system   debian:bookworm, glibc 2.36 (the default: what is built on it runs on newer ones',
    );
    await using newer = await hostWith('debian:trixie-slim', stdout.trim());
    expect(await bootAndAsk(newer, 'hello', ask.hello.expression)).toBe(ask.hello.answer);
  });

  it.concurrent('builds what fails on bookworm for a glibc of 2.41, and what runs there for one of 2.36', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const command = [checkout.path, '--elixir-version', '1.18', '--output', out.path];

    const newer = await buildRelease([...command, '--glibc', '2.41']);
    expect(newer.probe).toMatchObject({ osCodename: 'trixie', libcVersion: '2.41' });
    await using refusing = await hostWith('debian:bookworm-slim', newer.tarball);
    const refused = await refusing.run(['/srv/app/bin/nif', 'eval', ask.nif.expression]);
    expect(refused.status).not.toBe(0);
    expect(refused.output).toMatch(/GLIBC_2\.\d+' not found/);

    const older = await buildRelease([...command, '--glibc', '2.36']);
    expect(older.probe).toMatchObject({ osCodename: 'bookworm', libcVersion: '2.36' });
    await using host = await hostWith(await runtimeWith('debian:bookworm-slim', 'libssl3'), older.tarball);
    expect(await bootAndAsk(host, 'nif', ask.nif.expression)).toBe(ask.nif.answer);
  });
});

describe('aarch64-unknown-linux-gnu, emulated', () => {
  const built = async (project: string, out: string, ...more: readonly string[]): Promise<BuiltRelease> => {
    await using checkout = await checkoutOf(project);
    const args = [
      checkout.path,
      '--target',
      'linux-arm64-gnu',
      '--method',
      'emulate',
      '--image',
      ARM64,
      '--output',
      out,
    ];
    const release = await buildRelease([...args, ...more]);
    expect(release).toMatchObject({ target: AARCH64, probe: { machine: 'aarch64', libc: 'glibc' } });
    expect(path.basename(release.tarball)).toContain(AARCH64);
    return release;
  };

  it.concurrent(
    'builds hello, and it runs there',
    async () => {
      await using out = await temporary();
      const release = await built('examples/hello', out.path);
      await using host = await hostWith(ARM64_SYSTEM, release.tarball);
      const evaluated = await host.run(['/srv/app/bin/hello', 'eval', ask.hello.expression], EMULATED);
      expect(evaluated).toEqual({ status: 0, output: ask.hello.answer });
      // The flag is the emulator's business, and none of the machine's that the release is for.
      const flags = await host.run(['grep', '-r', 'JMsingle', '/srv/app/releases', '/srv/app/bin']);
      expect(flags.output).toBe('');
    },
    1_200_000,
  );

  it.concurrent(
    'builds nif, audits and tries it, and it boots there',
    async () => {
      await using out = await temporary();
      const release = await built('examples/nif', out.path, '--smoke-test', 'boot', '--smoke-timeout', '900');
      const applications = [{ name: 'crypto' }, { name: 'nif' }];
      const seen = { image: ARM64_SYSTEM, emulated: true, packages: [], nativeApplications: applications };
      expect(release.smoke).toMatchObject(seen);
      const libraries = ['libcrypto.so.3', 'libtinfo.so.6'];
      await expectAudited(release, { target: AARCH64, codes: ['cookie', 'dlopen'], glibc: '2.41', libraries });
      await using host = await hostWith(ARM64_SYSTEM, release.tarball);
      expect(await bootAndAsk(host, 'nif', ask.nif.expression, EMULATED, 120)).toBe(ask.nif.answer);
    },
    1_200_000,
  );

  it.concurrent('is refused by method native, naming the native runner', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const { status, stderr } = await runCli(['build', checkout.path, '--target', AARCH64, '--method', 'native']);
    expect(stderr).toContain(
      'error (architecture-mismatch): the engine is amd64, and target aarch64-unknown-linux-gnu',
    );
    expect(stderr).toContain('ubuntu-24.04-arm');
    expect(status).toBe(2);
  });

  it.concurrent('does not take an image of the engine’s own architecture', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const args = [
      'build',
      checkout.path,
      '--target',
      AARCH64,
      '--method',
      'emulate',
      '--pull',
      'never',
      '--image',
      DEFAULT,
    ];
    const { status, stderr } = await runCli(args);
    expect(stderr).toMatch(
      /error \(image-platform-mismatch\): .* is for linux\/amd64, but target .* needs linux\/arm64/,
    );
    expect(status).toBe(4);
  });
});

describe('mix-release plan', () => {
  it.concurrent('prints what the log of a build begins with', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const args = [checkout.path, '--target', 'linux-x64-gnu', '--os', 'debian:trixie'];
    const built = await runCli(['build', ...args, '--output', out.path]);
    expect(built).toMatchObject({ status: 0 });
    const { status, stdout } = await runCli(['plan', ...args]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('target   x86_64-unknown-linux-gnu (asked as linux-x64-gnu): linux/amd64, glibc');
    const logged = built.stderr.split('\n').map((line) => line.replace(/^ {2}/, ''));
    // What the build made is there for the plan after it.
    const before = (line: string): string => line.replace('(present, ', '(');
    expect(logged.map(before)).toEqual(expect.arrayContaining(lines.map(before)));
    expect(lines.at(-1)).toMatch(/^builder {2}mix-release-builder:[0-9a-f]{16} \(present, made by /);
  });

  it.concurrent('starts the image on request, and gives all as JSON', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await writeFile(path.join(checkout.path, '.tool-versions'), 'elixir 1.14.0-otp-25\r\nerlang\t25.2.3\r\n');
    const { status, stdout } = await runCli(['plan', checkout.path, '--target', TARGET, '--probe', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      target: TARGET,
      versions: ['Elixir 1.14.0 (from .tool-versions:1)', 'OTP 25.2.3 (from .tool-versions:2)'],
      system: expect.stringContaining('debian:bookworm') as unknown,
      imageSource: 'engine',
      probe: { otp: '25.2.3', elixir: '1.14.0', libcVersion: '2.36', machine: 'x86_64' },
    });
  });

  it.concurrent.each([
    ['with an image', ['--image', BULLSEYE], /requested: OTP 27 \(from otp-version\); image .* has OTP 23\.2\.6/],
    ['a glibc', ['--image', DEFAULT, '--glibc', '2.31'], /requested: glibc 2\.31 at most; image .* has glibc 2\.36/],
    [
      'a system',
      ['--image', DEFAULT, '--os', 'debian:trixie'],
      /requested: debian:trixie; image .* is debian 12 bookworm/,
    ],
  ])('finds that an image is not what was asked: %s', async (_, wanted, message) => {
    await using checkout = await checkoutOf('examples/hello');
    const args = ['plan', checkout.path, '--target', TARGET, '--otp-version', '27', '--probe', ...wanted];
    const { status, stderr } = await runCli(args);
    expect(stderr).toContain('error (image-mismatch)');
    expect(stderr).toMatch(message);
    expect(status).toBe(4);
  });

  it.concurrent('makes nothing', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await mkdir(path.join(checkout.path, 'img'));
    await writeFile(path.join(checkout.path, 'img/Dockerfile'), 'FROM nothing/at:all\n');
    const { status, stdout } = await runCli([
      'plan',
      checkout.path,
      '--target',
      TARGET,
      '--dockerfile',
      'img/Dockerfile',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('image    the own base of img/Dockerfile');
  });
});

describe('a glibc that no system is old enough for', () => {
  it.concurrent('names the oldest', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const { status, stderr } = await runCli(['build', checkout.path, '--target', TARGET, '--glibc', '2.17']);
    expect(stderr).toContain('error (bad-option): glibc is 2.17');
    expect(stderr).toContain('ubuntu:bionic with glibc 2.27');
    expect(status).toBe(2);
  });
});
