import { readFile, readdir, readlink, stat, utimes, writeFile, mkdir, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { BOOKWORM, buildRelease, buildReleases, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { checkoutOf, fingerprint, git, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin, ours } from '../support/engine.js';

afterAll(() => noContainerWithin(7));

describe('the example projects, from the tarball, where no Erlang is installed', () => {
  it.concurrent.each([
    { image: TRIXIE, runtime: 'debian:trixie-slim', otp: /^27\./, elixir: /^1\.18\./ },
    { image: BOOKWORM, runtime: 'debian:bookworm-slim', otp: /^25\./, elixir: /^1\.14\./ },
  ])('builds hello in $image and it runs in $runtime', async ({ image, runtime, otp, elixir }) => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const before = await fingerprint(checkout.path);

    const release = await buildRelease([checkout.path, '--image', image, '--output', out.path]);

    expect(await fingerprint(checkout.path)).toBe(before);
    expect(release).toMatchObject({ name: 'hello', version: '0.1.0', target: TARGET, image });
    expect(release.otp).toMatch(otp);
    expect(release.elixir).toMatch(elixir);
    expect(release.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(release.tarball).toBe(path.join(out.path, `hello-0.1.0-${TARGET}.tar.gz`));
    expect((await readdir(out.path)).sort()).toEqual([
      `hello-0.1.0-${TARGET}`,
      `hello-0.1.0-${TARGET}.audit.json`,
      `hello-0.1.0-${TARGET}.cdx.json`,
      `hello-0.1.0-${TARGET}.json`,
      `hello-0.1.0-${TARGET}.tar.gz`,
      `hello-0.1.0-${TARGET}.tar.gz.sha256`,
    ]);
    expect(release.size).toBe((await stat(release.tarball)).size);
    expect(await readFile(`${release.tarball}.sha256`, 'utf8')).toBe(
      `${release.sha256}  ${path.basename(release.tarball)}\n`,
    );
    expect(await readFile(path.join(release.directory, 'releases/start_erl.data'), 'utf8')).toBe(
      `${release.erts} 0.1.0`,
    );

    await using host = await hostWith(runtime, release.tarball);
    expect((await host.run(['sh', '-c', 'command -v erl'])).status).not.toBe(0);
    const evaluated = await host.run(['/srv/app/bin/hello', 'eval', 'IO.puts(Hello.greet())'], {
      GREETING: 'grüß dich',
    });
    expect(evaluated).toEqual({ status: 0, output: 'hello from hello 0.1.0, greeting=grüß dich\n' });
    const answer = await bootAndAsk(host, 'hello', 'IO.puts(Hello.greet())', { GREETING: 'moin' });
    expect(answer).toBe('hello from hello 0.1.0, greeting=moin\n');
  });

  it.concurrent('builds nif with the C compiler of the builder, and the NIF and crypto answer', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--output', out.path]);
    await using host = await hostWith('debian:trixie-slim', release.tarball);
    const expression = 'IO.inspect({Nif.add(40, 2), Nif.arch(), Nif.digest("abc")}, width: 200)';
    const expected = /^\{42, "x86_64-linux-gnu", "ba7816bf[0-9a-f]*"\}\n$/;
    expect((await host.run(['/srv/app/bin/nif', 'eval', expression])).output).toMatch(expected);
    expect(await bootAndAsk(host, 'nif', expression)).toMatch(expected);
  });

  it.concurrent('does not run where the C library is older than the builder’s', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--os', 'debian:trixie', '--output', out.path]);
    await using host = await hostWith('debian:bookworm-slim', release.tarball);
    const { status, output } = await host.run(['/srv/app/bin/hello', 'eval', 'IO.puts(1)']);
    expect(status).not.toBe(0);
    expect(output).toMatch(/GLIBC_2\.\d+' not found/);
  });
});

describe('what a project may look like', () => {
  it.concurrent('builds both releases of an umbrella in one run, each with its own applications only', async () => {
    await using checkout = await checkoutOf('test/fixtures/umbrella');
    await using out = await temporary();
    const args = [checkout.path, '--output', out.path, '--release', 'front', '--release', 'back'];
    const [front, back] = await buildReleases(args);
    expect([front?.name, front?.version, back?.name, back?.version]).toEqual([
      'front',
      '1.0.0',
      'back',
      '1.1.0+build.5',
    ]);
    expect(path.basename(back?.tarball ?? '')).toBe(`back-1.1.0+build.5-${TARGET}.tar.gz`);
    const apps = async (directory = ''): Promise<string[]> =>
      (await readdir(path.join(directory, 'lib'))).filter((name) => /^(alpha|beta|gamma)-/.test(name)).sort();
    expect(await apps(front?.directory)).toEqual(['alpha-0.1.0', 'beta-0.1.0']);
    expect(await apps(back?.directory)).toEqual(['gamma-0.1.0']);
  });

  it.concurrent('builds a child of an umbrella as the working directory', async () => {
    await using checkout = await checkoutOf('test/fixtures/umbrella');
    await using out = await temporary();
    const args = [checkout.path, '--working-directory', 'apps/gamma', '--output', out.path];
    expect(await buildRelease(args)).toMatchObject({ name: 'gamma' });
  });

  it.concurrent('sends the whole checkout, so that a path dependency outside the project works', async () => {
    await using checkout = await checkoutOf('test/fixtures/monorepo');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--working-directory', 'service', '--output', out.path]);
    await using host = await hostWith('debian:trixie-slim', release.tarball);
    const { output } = await host.run(['/srv/app/bin/service', 'eval', 'IO.puts(Service.answer())']);
    expect(output).toBe('the shared answer is 42\n');
  });

  it.concurrent('keeps modes and symbolic links, and leaves the tarball of a :tar step out', async () => {
    await using checkout = await checkoutOf('test/fixtures/tarred');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--output', out.path]);
    const names = await readdir(release.directory);
    expect(names).toEqual(
      expect.arrayContaining(['bin', 'erts-15.2.7', 'lib', 'link', 'current', 'releases', 'share']),
    );
    expect(names).not.toContain('tarred-0.1.0.tar.gz');
    expect(await readlink(path.join(release.directory, 'link'))).toBe('bin');
    expect((await stat(path.join(release.directory, 'bin/extra'))).mode & 0o777).toBe(0o755);
    expect(await readdir(path.join(release.directory, 'share'))).toEqual(['grüße.txt']);
    await using host = await hostWith('debian:trixie-slim', release.tarball);
    expect((await host.run(['readlink', '/srv/app/link'])).output).toBe('bin\n');
    expect((await host.run(['stat', '-c', '%a %U', '/srv/app/bin/extra'])).output).toBe('755 root\n');
    expect((await host.run(['ls', '/srv/app/share'])).output).toContain('gr');
    expect((await host.run(['ls', '/srv/app'])).output).not.toContain('.tar.gz');
  });

  it.concurrent('asks Mix for a version that is computed from git', async () => {
    await using checkout = await checkoutOf('test/fixtures/gitversion');
    await using out = await temporary();
    const sha = await git(checkout.path, 'rev-parse', '--short', 'HEAD');
    expect(await buildRelease([checkout.path, '--output', out.path])).toMatchObject({ version: `0.1.0+${sha}` });
  });

  it.concurrent('builds the default release where mix.exs names one', async () => {
    await using checkout = await checkoutOf('test/fixtures/no_release_name');
    await using out = await temporary();
    expect(await buildRelease([checkout.path, '--output', out.path])).toMatchObject({
      name: 'second',
      version: '2.0.0',
    });
  });

  it.concurrent('does not evaluate runtime.exs while it builds', async () => {
    await using checkout = await checkoutOf('test/fixtures/runtime_env');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--output', out.path]);
    await using host = await hostWith('debian:trixie-slim', release.tarball);
    const bin = '/srv/app/bin/runtime_env';
    const ask = 'IO.inspect({RuntimeEnv.value(), RuntimeEnv.config_env()})';
    const without = await host.run([bin, 'eval', ask]);
    expect(without.status).toBe(1);
    // The rest of the message is lost now and then, and which part of it comes: the machine ends while it is printed.
    expect(without.output).toMatch(/Config provider Config\.Reader failed|releases\/0\.1\.0\/runtime\.exs/);
    expect((await host.run([bin, 'eval', ask], { MUST_BE_SET: 'yes' })).output).toBe('{"yes", :prod}\n');
  });

  it.concurrent(
    'leaves out objects under priv that git ignores, names them, and sends everything else there',
    async () => {
      await using checkout = await checkoutOf('test/fixtures/stray');
      await using out = await temporary();
      await mkdir(path.join(checkout.path, 'priv/native'), { recursive: true });
      await copyFile('/bin/true', path.join(checkout.path, 'priv/native/host.so'));
      await mkdir(path.join(checkout.path, 'priv/static'), { recursive: true });
      await writeFile(path.join(checkout.path, 'priv/static/app.js'), 'built here\n');
      const args = ['build', checkout.path, '--target', TARGET, '--output', out.path];
      const { status, stdout, stderr } = await runCli(args);
      expect(status).toBe(0);
      expect(stderr).toContain('left out priv/native/host.so');
      expect(stdout).toBe(`${path.join(out.path, `stray-0.1.0-${TARGET}.tar.gz`)}\n`);
      const priv = path.join(out.path, `stray-0.1.0-${TARGET}`, 'lib/stray-0.1.0/priv');
      expect((await readdir(priv, { recursive: true })).sort()).toEqual([
        'native',
        'static',
        'static/app.js',
        'static/robots.txt',
      ]);
    },
  );

  it.concurrent('writes to _build/mix-release in the project by default, and does not send it back in', async () => {
    await using checkout = await checkoutOf('examples/hello');
    const first = await buildRelease([checkout.path]);
    expect(path.dirname(first.tarball)).toBe(path.join(checkout.path, '_build/mix-release'));
    expect(await git(checkout.path, 'status', '--porcelain')).toBe('');
  });
});

describe('a second build', () => {
  it.concurrent.each([
    { image: TRIXIE, runtime: 'debian:trixie-slim' },
    { image: BOOKWORM, runtime: 'debian:bookworm-slim' },
  ])('ships a change of equal size, whatever the file’s time says, with $image', async ({ image, runtime }) => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const source = path.join(checkout.path, 'lib/hello.ex');
    const args = [checkout.path, '--image', image, '--output', out.path];
    await buildRelease(args);
    const { atime, mtime } = await stat(source);
    const text = await readFile(source, 'utf8');
    await writeFile(source, text.replaceAll('hello from', 'HELLO from'));
    await utimes(source, atime, mtime);
    const second = await buildRelease(args);
    await using host = await hostWith(runtime, second.tarball);
    expect((await host.run(['/srv/app/bin/hello', 'eval', 'IO.puts(Hello.greet())'])).output).toContain('HELLO from');
  });

  it.concurrent('is the same, bit for bit but for the cookie, from another directory', async () => {
    const trees = [];
    for (let run = 0; run < 2; run += 1) {
      await using checkout = await checkoutOf('examples/nif');
      await using out = await temporary();
      const { directory } = await buildRelease([checkout.path, '--output', out.path]);
      trees.push((await fingerprint(directory)).split('\n').filter((line) => !line.startsWith('releases/COOKIE ')));
    }
    const contents = trees.map((lines) => lines.map((line) => line.replace(/ [\d.]+ (?=\S*$)/, ' ')));
    expect(contents[1]).toEqual(contents[0]);
  });

  it('does not share the state of a build that is running, says so, and leaves nothing of its own', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using first = await temporary();
    await using second = await temporary();
    const results = await Promise.all(
      [first, second].map(({ path: out }) =>
        runCli(['build', checkout.path, '--target', TARGET, '--output', out, '--smoke-test', 'off']),
      ),
    );
    expect(results.map(({ status, stderr }) => [status, status === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const notes = results.filter(({ stderr }) =>
      stderr.includes('another build of this project and target is running'),
    );
    expect(notes).toHaveLength(1);
    const { volumes } = await ours();
    expect(volumes.filter((name) => name.startsWith('mix-release-state-run-'))).toEqual([]);
  });
});
