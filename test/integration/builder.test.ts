import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildRelease, runCli, TARGET, TRIXIE, type Ended } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { docker, hostWith, noContainerWithin } from '../support/engine.js';

let hello: Temporary;
beforeAll(async () => {
  hello = await checkoutOf('examples/hello');
});
afterAll(async () => {
  await hello[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

const MUSL = 'x86_64-unknown-linux-musl';
const ON_TRIXIE = ['--image', TRIXIE];

async function put(file: string, text: string): Promise<void> {
  const whole = path.join(hello.path, file);
  await mkdir(path.dirname(whole), { recursive: true });
  await writeFile(whole, text);
}

const BUILD = ['build', '--smoke-test', 'off'];

/** With a target, where none is given: one that is given twice would be two targets. */
const targeted = (args: readonly string[]): readonly string[] =>
  args.includes('--target') ? args : ['--target', TARGET, ...args];

async function failing(...args: readonly string[]): Promise<Ended> {
  await using out = await temporary();
  const ended = await runCli([...BUILD, hello.path, '--output', out.path, ...targeted(args)]);
  expect(ended.status).not.toBe(0);
  return ended;
}

/** The tag of the builder in the log of a build, and how it came to be there. */
function builderIn(stderr: string): { readonly tag: string; readonly origin: string } {
  const [, tag = '', origin = ''] = /^builder +[\d.]+ s {2}(mix-release-builder:[0-9a-f]+), (\w+)$/m.exec(stderr) ?? [];
  return { tag, origin };
}

async function build(...args: readonly string[]): Promise<Ended> {
  await using out = await temporary();
  const ended = await runCli([...BUILD, hello.path, '--output', out.path, ...targeted(args)]);
  expect({ status: ended.status, stderr: ended.stderr }).toMatchObject({ status: 0 });
  return ended;
}

/** Runs a command in a builder image. */
async function inside(tag: string, ...argv: readonly string[]): Promise<number> {
  const container = await docker.createContainer({ Image: tag, Cmd: [...argv], Entrypoint: [] });
  try {
    await container.start();
    return ((await container.wait()) as { StatusCode: number }).StatusCode;
  } finally {
    await container.remove({ force: true });
  }
}

/** Removes the builder of an earlier run, where there is one. */
async function forget(...args: readonly string[]): Promise<void> {
  const planned = await runCli(['plan', hello.path, ...targeted(args), '--json']);
  const { builder } = JSON.parse(planned.stdout) as { builder: string };
  expect(builder).toMatch(/^mix-release-builder:[0-9a-f]{16}$/);
  if ((await docker.listImages({ filters: { reference: [builder] } })).length > 0)
    await docker.getImage(builder).remove({ force: true });
}

describe('the builder', () => {
  // That of Debian is below, with packages.
  it('of musl is made where the engine has none', async () => {
    const args = ['--image', 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1', '--target', MUSL];
    await forget(...args);
    expect(builderIn((await build(...args)).stderr).origin).toBe('built');
  });
});

describe('packages', () => {
  it('are in the builder, which is made once', async () => {
    const args = [...ON_TRIXIE, '--packages', 'pkg-config, libsqlite3-dev'];
    await forget(...args);
    const first = builderIn((await build(...args)).stderr);
    expect(first.origin).toBe('built');
    const again = builderIn((await build(...args)).stderr);
    expect(again).toEqual({ tag: first.tag, origin: 'present' });
    expect(await inside(first.tag, 'pkg-config', '--exists', 'sqlite3')).toBe(0);
    const plain = builderIn((await build(...ON_TRIXIE)).stderr);
    expect(plain.tag).not.toBe(first.tag);
    expect(await inside(plain.tag, 'sh', '-c', 'command -v pkg-config')).not.toBe(0);
  });

  it('that do not exist are an error with the output of the package manager', async () => {
    const { status, stderr } = await failing(...ON_TRIXIE, '--packages', 'there-is-no-such-package');
    expect(stderr).toContain('Unable to locate package there-is-no-such-package');
    expect(stderr).toContain(
      'error (builder-failed): the builder image could not be built from dockerfiles/gnu.Dockerfile',
    );
    expect(status).toBe(4);
  });

  it.each(['--allow-downgrades', '-y', '/etc/passwd', 'a;reboot', '$(id)'])(
    'cannot be options or more: %s',
    async (name) => {
      const { status, stderr } = await failing(...ON_TRIXIE, `--packages=${name}`);
      expect(stderr).toContain(`error (bad-option): packages has '${name}'`);
      expect(status).toBe(2);
    },
  );
});

describe('dockerfile', () => {
  it('takes the place of ours, on the base that is chosen or named', async () => {
    await put('img/marker.txt', 'mark\n');
    await put(
      'img/Dockerfile',
      'ARG BASE\nFROM ${BASE}\nUSER root\nCOPY marker.txt /marker.txt\nRUN ln -s /bin/true /usr/bin/cc\n',
    );
    const first = builderIn((await build(...ON_TRIXIE, '--dockerfile', 'img/Dockerfile')).stderr);
    expect(await inside(first.tag, 'grep', '-qx', 'mark', '/marker.txt')).toBe(0);
    expect(await inside(first.tag, 'sh', '-c', 'command -v make')).not.toBe(0);
    // What it copies counts as it does itself.
    await put('img/marker.txt', `other than before, ${hello.path}\n`);
    const other = builderIn((await build(...ON_TRIXIE, '--dockerfile', 'img/Dockerfile')).stderr);
    expect(other.origin).toBe('built');
    expect(other.tag).not.toBe(first.tag);
  });

  it('may have a base of its own, which has to be what the inputs ask for', async () => {
    await put('own/Dockerfile', `FROM ${TRIXIE}\nRUN echo own > /own\n`);
    const { stderr } = await build('--dockerfile', 'own/Dockerfile', '--otp-version', '27.3');
    expect(stderr).toContain('image    the own base of own/Dockerfile');
    expect(stderr).toContain('the builder has no C compiler (cc)');
    expect(await inside(builderIn(stderr).tag, 'cat', '/own')).toBe(0);
    // The builder itself stands for the base, the same when it is used again.
    await using out = await temporary();
    const again = [hello.path, '--output', out.path, '--dockerfile', 'own/Dockerfile'];
    const { Id } = await docker.getImage(builderIn(stderr).tag).inspect();
    expect((await buildRelease(again)).imageDigest).toBe(Id);
    const { status, stderr: refusal } = await failing('--dockerfile', 'own/Dockerfile', '--otp-version', '26');
    expect(refusal).toContain(
      'error (image-mismatch): requested: OTP 26 (from otp-version); image own/Dockerfile has OTP 27.3.4.1',
    );
    expect(status).toBe(4);
  });

  it('shows its output when it fails', async () => {
    await put('bad/Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN echo what went wrong; exit 7\n`);
    const { status, stderr } = await failing(...ON_TRIXIE, '--dockerfile', 'bad/Dockerfile');
    expect(stderr).toContain('| what went wrong');
    expect(stderr).toMatch(
      /error \(builder-failed\): the builder image could not be built from bad\/Dockerfile: .*a step ended with exit status 7/,
    );
    expect(status).toBe(4);
  });
});

describe('before-build', () => {
  it('runs in the project, and what it exports is there when the project compiles', async () => {
    await using runtime = await checkoutOf('test/fixtures/exported');
    await using out = await temporary();
    await chmod(path.join(runtime.path, 'ci/prepare.sh'), 0o644);
    const release = await buildRelease([
      runtime.path,
      ...ON_TRIXIE,
      '--output',
      out.path,
      '--before-build',
      'ci/prepare.sh',
    ]);
    await using host = await hostWith('debian:trixie-slim', release.tarball);
    const { output } = await host.run(['/srv/app/bin/exported', 'eval', 'Exported.print()']);
    expect(output).toBe('of two\nlines, tool says: tool 1, unset: nil, made: made by the script\n');
  });

  it('that fails ends the build with its output and its exit status', async () => {
    await put('ci/fails.sh', 'echo about to fail\nfalse\necho not reached\n');
    const { status, stderr } = await failing(...ON_TRIXIE, '--before-build', 'ci/fails.sh');
    expect(stderr).toContain('| about to fail');
    expect(stderr).not.toContain('not reached');
    expect(stderr).toContain('error (before-build-failed): before-build (ci/fails.sh) failed with exit status 1');
    expect(status).toBe(5);
  });

  it('has to be a file of the checkout', async () => {
    const { status, stderr } = await failing(...ON_TRIXIE, '--before-build', '../elsewhere.sh');
    expect(stderr).toContain('error (bad-option): before-build names ../elsewhere.sh');
    expect(status).toBe(2);
  });
});

describe('before-release', () => {
  it('runs after the compilation, whose files it finds, and what it makes and exports is in the release', async () => {
    await using assets = await checkoutOf('test/fixtures/assets');
    await using out = await temporary();
    await writeFile(path.join(assets.path, 'mix.lock'), '%{}\n');
    const commands = `mix assets.deploy\nprintf '%s' "it's \\"quoted\\" \\$HOME" > priv/static/note.txt\nexport RELEASE_NOTE=1\n`;
    const args = [...ON_TRIXIE, '--output', out.path, '--before-release', commands];
    // The second build finds everything compiled, and what the commands made the first time gone.
    for (let turn = 1; turn <= 2; turn += 1) {
      const release = await buildRelease([assets.path, ...args]);
      await using host = await hostWith('debian:trixie-slim', release.tarball);
      expect((await host.run(['/srv/app/bin/assets', 'eval', 'IO.write(Assets.script())'])).output).toBe(
        'export default {}\n',
      );
      const { output } = await host.run(['sh', '-c', 'cat /srv/app/lib/assets-0.1.0/priv/static/note.txt']);
      expect(output).toBe(`it's "quoted" $HOME`);
    }
  });

  it('that fails ends the build with its output and its exit status', async () => {
    await using assets = await checkoutOf('test/fixtures/assets');
    const args = [...ON_TRIXIE, '--target', TARGET, '--before-release', 'echo about to fail\nfalse\necho not reached'];
    const { status, stderr } = await runCli(['build', assets.path, ...args]);
    expect(stderr).toContain('| about to fail');
    expect(stderr).not.toContain('not reached');
    expect(stderr).toContain('error (before-release-failed): before-release (commands) failed with exit status 1');
    expect(status).toBe(5);
  });
});

describe('a lock', () => {
  it('that before-build changes is refused, as it is without', async () => {
    await using assets = await checkoutOf('test/fixtures/assets');
    await writeFile(path.join(assets.path, 'mix.lock'), '%{}\n');
    const args = [...ON_TRIXIE, '--target', TARGET, '--before-build', 'echo "%{other: 1}" > mix.lock'];
    const { status, stderr } = await runCli(['build', assets.path, ...args]);
    expect(stderr).toContain('error (lockfile-outdated): before-build has changed mix.lock');
    expect(status).toBe(5);
  });
});
