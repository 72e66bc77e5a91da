import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { CLI, ROOT, runCli, startNode, TARGET, TRIXIE, type Ended } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { docker, noContainerWithin, ours } from '../support/engine.js';
import { packFiles } from '../../src/archive/files.js';

const run = promisify(execFile);

let hello: Temporary;
let out: Temporary;
beforeAll(async () => {
  hello = await checkoutOf('examples/hello');
  out = await temporary();
});
afterAll(async () => {
  await hello[Symbol.asyncDispose]();
  await out[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

/** Builds with arguments of its own; checks that a failure prints nothing on standard output and leaves nothing. */
async function failing(args: readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<Ended> {
  const before = await ours();
  const ended = await runCli(args, options);
  expect(ended.stdout).toBe('');
  expect(await readdir(out.path)).toEqual([]);
  expect((await ours()).containers).toEqual(before.containers);
  return ended;
}

const build = (...args: readonly string[]): readonly string[] => ['build', hello.path, '--output', out.path, ...args];

it('a Node.js that is too old is told so, whatever it lacks', async () => {
  const old =
    "Object.defineProperty(process, 'versions', { value: { node: '18.20.8' } }); delete process.getBuiltinModule;";
  const { status, stdout, stderr } = await startNode([
    ...['--import', `data:text/javascript,${encodeURIComponent(old)}`],
    ...[CLI, '--version'],
  ]).ended;
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('mix-release needs Node.js 24 or newer, and this is 18.20.8');
});

describe('options that are wrong', () => {
  it.each([
    ['no target', [], 'bad-option', /no target was given/],
    [
      'an unknown triple',
      ['--target', 'x86_64-unknown-linux-gnuu'],
      'unknown-target',
      /Did you mean 'x86_64-unknown-linux-gnu'/,
    ],
    ['a triple that no container has', ['--target', 'aarch64-apple-darwin'], 'unsupported-target', /native runner/],
    ['an unknown option', ['--tagret', TARGET], 'bad-usage', /Did you mean --target/],
    [
      'no such working directory',
      ['--target', TARGET, '--working-directory', 'nope'],
      'directory-not-found',
      /does not exist/,
    ],
    [
      'a file as working directory',
      ['--target', TARGET, '--working-directory', 'mix.exs'],
      'directory-not-found',
      /not a directory/,
    ],
    [
      'a directory without mix.exs',
      ['--target', TARGET, '--working-directory', 'lib'],
      'mix-project-not-found',
      /no mix\.exs/,
    ],
    [
      'a way out of the checkout',
      ['--target', TARGET, '--working-directory', '..'],
      'bad-option',
      /outside the checkout/,
    ],
    ['artifact outside Actions', ['--target', TARGET, '--artifact'], 'artifact-outside-actions', /no artifact service/],
  ])('%s: exit status 2 and what to do', async (_, args, code, text) => {
    const { status, stderr } = await failing(build(...args));
    expect(status).toBe(2);
    expect(stderr).toContain(`error (${code})`);
    expect(stderr).toMatch(text);
  });
});

describe('a project that does not build', () => {
  it('shows the compiler’s message and exits 5', async () => {
    await using broken = await checkoutOf('test/fixtures/broken');
    const { status, stderr } = await failing(['build', broken.path, '--target', TARGET, '--output', out.path]);
    expect(status).toBe(5);
    expect(stderr).toMatch(/lib\/broken\.ex:5/);
    expect(stderr).toContain('error (compile-failed): mix compile failed with exit status 1');
  });

  it('prints the output once with --verbose', async () => {
    await using broken = await checkoutOf('test/fixtures/broken');
    const args = ['build', broken.path, '--target', TARGET, '--output', out.path, '--verbose'];
    const { stderr } = await failing(args);
    expect(stderr.match(/lib\/broken\.ex:5/g)).toHaveLength(1);
  });

  it('names the releases there are, for one that is not and for none', async () => {
    await using umbrella = await checkoutOf('test/fixtures/umbrella');
    const args = ['build', umbrella.path, '--target', TARGET, '--output', out.path];
    const none = await failing(args);
    expect(none.status).toBe(2);
    expect(none.stderr).toMatch(/error \(ambiguous-release\): .*front, back/);
    const unknown = await failing([...args, '--release', 'fromt']);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(/error \(unknown-release\): .*'fromt'/);
    expect(unknown.stderr).toContain("It defines front, back. Did you mean 'front'?");
  });

  it('says so when the project defines no releases to choose from', async () => {
    const { status, stderr } = await failing(build('--target', TARGET, '--release', 'hello'));
    expect(status).toBe(2);
    expect(stderr).toContain('The project defines no releases: leave release out.');
  });
});

describe('an image that cannot be right', () => {
  const made: string[] = [];
  afterAll(async () => {
    for (const name of made) await docker.getImage(name).remove({ force: true });
  });

  /** Loads an image with one empty layer, for an architecture of our choice. */
  async function loadImage(name: string, architecture: string): Promise<void> {
    const layer = Buffer.alloc(1024);
    const { createHash } = await import('node:crypto');
    const diff = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
    const config = { architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [diff] } };
    const archive = packFiles([
      { path: 'config.json', text: JSON.stringify(config) },
      { path: 'layer.tar', text: layer.toString('latin1') },
      {
        path: 'manifest.json',
        text: JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]),
      },
    ]);
    (await docker.loadImage(archive)).resume();
    for (let tries = 0; tries < 50; tries += 1) {
      if (
        await docker
          .getImage(name)
          .inspect()
          .catch(() => undefined)
      )
        break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await docker.getImage(name).inspect();
    made.push(name);
  }

  it('is not in its registry, which answers', async () => {
    const registry = path.join(ROOT, 'test/rig/registry.sh');
    const address = (await run(registry, ['start'])).stdout.trim();
    try {
      const { status, stderr } = await failing(build('--target', TARGET, '--image', `${address}/nobody/nothing:1`));
      expect(stderr).toContain(`error (image-not-found): there is no image ${address}/nobody/nothing:1`);
      expect(status).toBe(4);
    } finally {
      await run(registry, ['stop']);
    }
  });

  it('is in its registry, and is pulled', async () => {
    const registry = path.join(ROOT, 'test/rig/registry.sh');
    const address = (await run(registry, ['start'])).stdout.trim();
    const name = `${address}/team/elixir`;
    try {
      await docker.getImage(TRIXIE).tag({ repo: name, tag: '1' });
      await buffer(await docker.getImage(`${name}:1`).push({ authconfig: {} }));
      await docker.getImage(`${name}:1`).remove();
      await using place = await temporary();
      const args = ['build', hello.path, '--target', TARGET, '--output', place.path, '--json', '--image', `${name}:1`];
      const { status, stdout, stderr } = await runCli(args);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const [release] = (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
      const pulled = await docker.getImage(`${name}:1`).inspect();
      expect(pulled.RepoDigests).toContain(`${name}@${release?.imageDigest ?? ''}`);
      await docker.getImage(`${name}:1`).remove();
    } finally {
      await run(registry, ['stop']);
    }
  });

  it('cannot be asked for', async () => {
    const { status, stderr } = await failing(build('--target', TARGET, '--image', '127.0.0.1:1/nobody/nothing:1'));
    expect(status).toBe(4);
    expect(stderr).toContain('error (image-registry-outage)');
    expect(stderr).toContain('127.0.0.1:1');
  });

  it('has no Mix', async () => {
    const { status, stderr } = await failing(build('--target', TARGET, '--image', 'debian:trixie-slim'));
    expect(status).toBe(4);
    expect(stderr).toContain('error (image-without-mix): image debian:trixie-slim has no working Elixir with Mix');
  });

  it('has nothing at all', async () => {
    await loadImage('mix-release-test/empty:1', 'amd64');
    const { status, stderr } = await failing(build('--target', TARGET, '--image', 'mix-release-test/empty:1'));
    expect(status).toBe(4);
    expect(stderr).toContain('error (image-without-mix)');
  });

  it('is for another architecture', async () => {
    await loadImage('mix-release-test/arm:1', 'arm64');
    const { status, stderr } = await failing(build('--target', TARGET, '--image', 'mix-release-test/arm:1'));
    expect(status).toBe(4);
    expect(stderr).toMatch(
      /error \(image-platform-mismatch\): .* is for linux\/arm64, but target .* needs linux\/amd64/,
    );
  });

  it.each(['a b', '--privileged', 'UPPER CASE'])('is no reference: %s', async (image) => {
    const { status, stderr } = await failing(build('--target', TARGET, `--image=${image}`));
    expect(status).toBe(2);
    expect(stderr).toContain('does not name an image');
  });
});

describe('an engine that does not answer', () => {
  it('is not there', async () => {
    const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { status, stderr } = await failing(build('--target', TARGET), { env });
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /error \(engine-unreachable\): no container engine answers at unix:\/\/\/nowhere\/docker\.sock/,
    );
    expect(stderr).toContain('Start Docker');
  });

  it('may not be used by this user', async () => {
    // Copies, because another user cannot look into the directories of the one who runs the tests.
    await using place = await temporary();
    await chmod(place.path, 0o755);
    const node = path.join(place.path, 'node');
    const cli = path.join(place.path, 'dist/cli.mjs');
    await copyFile(process.execPath, node);
    await chmod(node, 0o755);
    await cp(path.dirname(CLI), path.dirname(cli), { recursive: true });
    await mkdir(path.join(place.path, 'project'));
    await writeFile(path.join(place.path, 'project/mix.exs'), '');
    await mkdir(path.join(place.path, 'out'), { mode: 0o777 });
    await chmod(path.join(place.path, 'out'), 0o777);
    const args = [
      cli,
      'build',
      path.join(place.path, 'project'),
      '--target',
      TARGET,
      '--output',
      path.join(place.path, 'out'),
    ];
    const { status, stderr } = await startNode(args, { node, uid: 65534, gid: 65534, cwd: place.path }).ended;
    expect(stderr).toContain('error (engine-permission): no permission to use the container engine');
    expect(stderr).toContain('usermod -aG docker');
    expect(status).toBe(3);
  });
});

describe('an output directory that cannot take the result', () => {
  it('is a file', async () => {
    const file = path.join(hello.path, 'mix.exs', 'out');
    const { status, stderr } = await failing(['build', hello.path, '--target', TARGET, '--output', file]);
    expect(status).toBe(8);
    expect(stderr).toContain('error (output-not-writable)');
  });

  it.each([
    ['is read-only', 'ro', 'output-not-writable'],
    ['has too little room for the unpacked release', 'size=4m', 'output-disk-full'],
    ['has too little room for the tarball', 'size=22m', 'output-disk-full'],
  ])('%s', async (_, mountOption, code) => {
    await using place = await temporary();
    await run('mount', ['-t', 'tmpfs', '-o', mountOption, 'tmpfs', place.path]);
    try {
      const { status, stderr } = await failing(['build', hello.path, '--target', TARGET, '--output', place.path]);
      expect(stderr).toContain(`error (${code})`);
      expect(status).toBe(8);
      expect(await readdir(place.path)).toEqual([]);
    } finally {
      await run('umount', [place.path]);
    }
  });

  it('keeps the last good result when a build fails', async () => {
    await using project = await checkoutOf('examples/hello');
    await using place = await temporary();
    const args = ['build', project.path, '--target', TARGET, '--output', place.path];
    expect((await runCli(args)).status).toBe(0);
    const before = await readdir(place.path);
    await rm(path.join(project.path, 'lib/hello.ex'));
    await writeFile(path.join(project.path, 'lib/hello.ex'), 'defmodule Hello do');
    expect((await runCli(args)).status).toBe(5);
    expect(await readdir(place.path)).toEqual(before);
  });
});
