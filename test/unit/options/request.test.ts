import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { OPTIONS, type RawOptions } from '../../../src/options/table.js';
import { NO_RELEASE_ARGS } from '../../../src/mix/release-args.js';
import { readRequests, type Surroundings } from '../../../src/options/request.js';
import { TARGETS } from '../../../src/targets/table.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { NO_CONTAINER_OPTIONS, NO_IMAGE_WISHES } from '../support/request.js';

const triple = 'x86_64-unknown-linux-gnu';
const target = TARGETS.find((each) => each.triple === triple);

function checkoutWithProjects(): Promise<string> {
  return directoryWith({
    'mix.exs': '',
    'apps/web/mix.exs': '',
    '..dots/mix.exs': '',
    'ci/prepare.sh': '',
    'docs/index.md': '',
    'odd/mix.exs': { directory: true },
  });
}

function surroundings(checkout: string, changes: Partial<Surroundings> = {}): Surroundings {
  return { checkout, cwd: checkout, env: {}, ...changes };
}

async function read(raw: RawOptions, changes: Partial<Surroundings> = {}) {
  const checkout = await checkoutWithProjects();
  const requests = await readRequests({ target: triple, ...raw }, surroundings(checkout, changes));
  return { checkout, request: requests[0], requests };
}

describe('readRequests', () => {
  it('fills in what was not asked for', async () => {
    const { checkout, request } = await read({});
    expect(request).toEqual({
      target,
      targetInput: triple,
      checkout,
      project: checkout,
      exclude: [],
      releases: [],
      releaseArgs: NO_RELEASE_ARGS,
      mixEnv: 'prod',
      versionCheck: 'off',
      image: NO_IMAGE_WISHES,
      builder: { packages: [], dockerfile: undefined, repository: undefined },
      authorities: [],
      container: NO_CONTAINER_OPTIONS,
      beforeBuild: undefined,
      beforeRelease: undefined,
      method: 'auto',
      ofTwin: undefined,
      env: {},
      smoke: {
        test: 'boot',
        env: {},
        timeout: undefined,
        image: undefined,
        packages: [],
        services: [],
        writable: false,
        isAsked: false,
      },
      checkLocked: true,
      sbom: true,
      access: undefined,
      output: path.join(checkout, '_build', 'mix-release'),
      audit: { mode: 'error', allowedLibraries: [], except: [] },
      sourceDate: undefined,
      format: 'tar.gz',
      cookie: 'keep',
      keepModes: [],
      cache: 'true',
      cacheKeySuffix: undefined,
      depsPartitions: undefined,
      artifact: undefined,
      summary: false,
      report: undefined,
    });
  });

  it('takes empty inputs for absent ones', async () => {
    const names = OPTIONS.map(({ name }) => name).filter((name) => name !== 'target');
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    const [{ checkout, request }, bare] = [await read(empty), await read({})];
    expect(request).toEqual({ ...bare.request, checkout, project: checkout, output: request.output });
    expect(request.output).toBe(path.join(checkout, '_build/mix-release'));
  });

  it('takes everything that was asked for', async () => {
    const { checkout, request } = await read(
      {
        target: ` ${triple}\n`,
        'working-directory': 'apps/web',
        exclude: ' /docs/\n\n*.mp4',
        release: 'web, worker web',
        'release-args': '--version 1.2.3\n--no-deps-check',
        'mix-env': 'staging',
        'version-check': 'Tag',
        'elixir-version': ' 1.18 ',
        'otp-version': 'OTP-27',
        'version-file': 'x/mise.toml',
        os: 'debian:bookworm',
        glibc: '2.36',
        image: 'registry.example:5000/team/elixir:1.18',
        registry: 'mirror.example/hub',
        pull: 'always',
        'official-images': 'true',
        packages: 'libsqlite3-dev',
        'builder-repository': 'ghcr.io/team/builder',
        'before-build': 'ci/prepare.sh',
        'before-release': 'mix assets.deploy\nmix phx.digest',
        method: 'Emulate',
        env: 'A=1\nHERE',
        'check-locked': 'false',
        'deps-env': 'KEY',
        'hex-organizations': 'acme=key-1',
        audit: 'Warn',
        'allow-libraries': 'libvips.so.42, libx.so',
        'audit-except': 'lib/*/priv/*.exe\nfirmware/',
        output: '/somewhere/else',
        format: 'TAR.ZST',
        cookie: 'strip',
        'keep-modes': 'lib/*/priv/bin/ping\n\netc/my keys/\n',
        sbom: 'false',
        cache: 'deps',
        'cache-key-suffix': 'x',
        'deps-partitions': '4',
        artifact: 'true',
        'artifact-name': 'release',
        'retention-days': '5',
        'compression-level': '9',
        overwrite: 'True',
        summary: 'true',
        report: '/reports/r.html',
      },
      { env: { HERE: 'x', KEY: 'y', SOURCE_DATE_EPOCH: '1700000000' } },
    );
    expect(request).toEqual({
      target,
      targetInput: triple,
      checkout,
      project: path.join(checkout, 'apps/web'),
      exclude: ['/docs/', '*.mp4'],
      releases: ['web', 'worker'],
      releaseArgs: {
        release: ['--no-deps-check', '--version', '1.2.3'],
        compile: ['--no-deps-check'],
        compiles: true,
      },
      mixEnv: 'staging',
      versionCheck: 'tag',
      image: {
        named: 'registry.example:5000/team/elixir:1.18',
        versions: { elixir: '1.18', otp: 'OTP-27', file: 'x/mise.toml' },
        os: { os: 'debian', release: 'bookworm' },
        glibc: '2.36',
        registry: 'mirror.example/hub',
        pull: 'always',
        officialImages: true,
        ownBase: false,
      },
      builder: { packages: ['libsqlite3-dev'], dockerfile: undefined, repository: 'ghcr.io/team/builder' },
      authorities: [],
      container: NO_CONTAINER_OPTIONS,
      beforeBuild: { file: path.join(checkout, 'ci/prepare.sh') },
      beforeRelease: { text: 'mix assets.deploy\nmix phx.digest' },
      method: 'emulate',
      env: { A: '1', HERE: 'x' },
      smoke: {
        test: 'boot',
        env: {},
        timeout: undefined,
        image: undefined,
        packages: [],
        services: [],
        writable: false,
        isAsked: false,
      },
      checkLocked: false,
      sbom: false,
      access: {
        env: { KEY: 'y' },
        hexTasks: [['hex.organization', 'auth', 'acme', '--key', 'key-1']],
        gitCredentials: [],
        sshAgent: undefined,
        knownHosts: [],
        secrets: ['key-1'],
      },
      output: '/somewhere/else',
      audit: {
        mode: 'warn',
        allowedLibraries: ['libvips.so.42', 'libx.so'],
        except: ['lib/*/priv/*.exe', 'firmware/'],
      },
      sourceDate: new Date('2023-11-14T22:13:20Z'),
      format: 'tar.zst',
      cookie: 'strip',
      keepModes: ['lib/*/priv/bin/ping', 'etc/my keys/'],
      cache: 'deps',
      cacheKeySuffix: 'x',
      depsPartitions: 4,
      artifact: { name: 'release', retentionDays: 5, compressionLevel: 9, overwrite: true },
      summary: true,
      report: '/reports/r.html',
    });
  });

  it.each([
    ['linux-x64-gnu', 'x86_64-unknown-linux-gnu'],
    [' AMD64-glibc\n', 'x86_64-unknown-linux-gnu'],
    ['linux-arm64-musl', 'aarch64-unknown-linux-musl'],
    ['Aarch64-Unknown-Linux-GNU', 'aarch64-unknown-linux-gnu'],
  ])('takes target %j for %s, and keeps it as it was typed', async (typed, named) => {
    const { request } = await read({ target: typed });
    expect(request).toMatchObject({ target: { triple: named }, targetInput: typed.trim() });
  });

  it.each([
    [undefined, 'auto'],
    ['', 'auto'],
    ['auto', 'auto'],
    ['Native', 'native'],
    ['cross', 'cross'],
    ['emulate', 'emulate'],
  ])('with method %j, it is %j', async (method, expected) => {
    expect((await read(method === undefined ? {} : { method })).request.method).toBe(expected);
  });

  it.each<[string | readonly string[], readonly string[]]>([
    ['linux-x64-gnu, linux-arm64-gnu', ['linux-x64-gnu', 'linux-arm64-gnu']],
    ['aarch64-unknown-linux-musl\nlinux-x64-musl\n', ['aarch64-unknown-linux-musl', 'linux-x64-musl']],
    [
      ['x64-gnu', 'arm64-gnu'],
      ['x64-gnu', 'arm64-gnu'],
    ],
    [
      [triple, 'X64-GNU', 'arm64-gnu', triple],
      [triple, 'arm64-gnu'],
    ],
  ])('has a request for each target of %j, once', async (typed, names) => {
    const { requests } = await read({ target: typed });
    expect(requests.map(({ targetInput }) => targetInput)).toEqual(names);
  });

  it.each<[RawOptions, object | undefined]>([
    [{ packages: 'cmake\n*-gnu => git' }, undefined],
    [{ os: 'x86_64-* => debian:trixie' }, undefined],
    [
      { packages: 'cmake\naarch64-* => git', env: 'A=1\nX86_64-* => A=2' },
      { builder: { packages: ['cmake', 'git'] }, env: { A: '2' } },
    ],
    [{ image: '* => team/amd\nlinux-arm64-gnu => team/arm' }, { image: { named: 'team/arm' } }],
  ])('with %j has other values of the other architecture: %j', async (raw, twin) => {
    const { ofTwin } = (await read(raw)).request;
    if (twin === undefined) expect(ofTwin).toBeUndefined();
    else expect(ofTwin).toMatchObject(twin);
    expect((await read({ ...raw, method: 'native' })).request.ofTwin).toBeUndefined();
  });

  it('takes one image for targets with one C library, and a line for each', async () => {
    const named = (requests: readonly { readonly image: object }[]) => requests.map(({ image }) => image);
    expect(named((await read({ target: 'x64-gnu arm64-gnu', image: 'a' })).requests)).toMatchObject([
      { named: 'a' },
      { named: 'a' },
    ]);
    const lines = { target: 'x64-gnu x64-musl', image: 'a\n*-musl => b' };
    expect(named((await read(lines)).requests)).toMatchObject([{ named: 'a' }, { named: 'b' }]);
  });

  it('differs between targets in them and in what has values by target alone', async () => {
    const raw = { target: 'x64-gnu x64-musl', packages: 'cmake\n*-musl => sqlite-dev', os: '*-gnu => debian:trixie' };
    const [gnu, musl] = (await read(raw)).requests;
    expect(gnu.image.os).toEqual({ os: 'debian', release: 'trixie' });
    expect(musl).toEqual({
      ...gnu,
      ...{ target: TARGETS.find((each) => each.triple === 'x86_64-unknown-linux-musl'), targetInput: 'x64-musl' },
      image: { ...gnu.image, os: undefined },
      builder: { ...gnu.builder, packages: ['cmake', 'sqlite-dev'] },
    });
  });

  it('puts the output into the project, not into the checkout', async () => {
    const { checkout, request } = await read({ 'working-directory': 'apps/web' });
    expect(request.output).toBe(path.join(checkout, 'apps/web/_build/mix-release'));
  });

  it('resolves a relative output and a relative checkout against the current directory', async () => {
    const cwd = await directoryWith({ 'checkout/mix.exs': '' });
    const [request] = await readRequests({ target: triple, output: 'out' }, surroundings('checkout', { cwd }));
    expect(request).toMatchObject({ checkout: path.join(cwd, 'checkout'), output: path.join(cwd, 'out') });
  });

  it.each([
    [undefined, false],
    ['', false],
    ['false', false],
    [false, false],
    ['true', true],
    [true, true],
  ])('with artifact %j, published is %j', async (artifact, published) => {
    const { request } = await read(artifact === undefined ? {} : { artifact });
    expect(request.artifact).toEqual(
      published ? { name: undefined, retentionDays: undefined, compressionLevel: 0, overwrite: false } : undefined,
    );
  });

  it.each([
    [undefined, undefined, undefined],
    ['', undefined, undefined],
    ['0', undefined, new Date(0)],
    ['1700000000', undefined, new Date('2023-11-14T22:13:20Z')],
    ['1700000000', 'SOURCE_DATE_EPOCH=0', new Date(0)],
    [undefined, 'SOURCE_DATE_EPOCH=1700000000', new Date('2023-11-14T22:13:20Z')],
  ])('with SOURCE_DATE_EPOCH %j outside and env %j, the date is %p', async (outside, env, date) => {
    const { request } = await read(env === undefined ? {} : { env }, { env: { SOURCE_DATE_EPOCH: outside } });
    expect(request.sourceDate).toEqual(date);
  });

  it.each(['.', './', 'apps/web', 'apps/../apps/web', './apps//web/', '..dots'])(
    'finds the project in working-directory %s',
    async (directory) => {
      const { checkout, request } = await read({ 'working-directory': directory });
      expect(request.project).toBe(path.join(checkout, directory).replace(/\/$/, ''));
    },
  );
});

describe('readRequests refuses', () => {
  it.each([undefined, '', '  '])('target %j', async (given) => {
    const checkout = await checkoutWithProjects();
    const error = await errorOf(() =>
      readRequests(given === undefined ? {} : { target: given }, surroundings(checkout)),
    );
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2, message: 'no target was given' });
    expect(error.next).toContain('--target');
  });

  it.each<[RawOptions, string, string]>([
    [{ target: 'x86_64-unknown-linux-gnuu' }, 'unknown-target', 'x86_64-unknown-linux-gnuu'],
    [{ target: 'linux-x64' }, 'unknown-target', 'does not name a C library'],
    [{ target: 'sparc-sun-solaris' }, 'unsupported-target', 'sparc-sun-solaris'],
    [{ target: 'aarch64-apple-darwin' }, 'unsupported-target', 'aarch64-apple-darwin'],
    [{ 'working-directory': 'apps/gone' }, 'directory-not-found', 'apps/gone does not exist'],
    [{ 'working-directory': 'mix.exs' }, 'directory-not-found', 'mix.exs is not a directory'],
    [{ 'working-directory': 'docs' }, 'mix-project-not-found', 'no mix.exs in'],
    [{ 'working-directory': 'odd' }, 'mix-project-not-found', 'no mix.exs in'],
    [{ 'working-directory': '..' }, 'bad-option', 'outside the checkout'],
    [{ 'working-directory': '../neighbour' }, 'bad-option', 'outside the checkout'],
    [{ 'working-directory': 'apps/../../x' }, 'bad-option', 'outside the checkout'],
    [{ 'working-directory': '/etc' }, 'bad-option', 'outside the checkout'],
    [{ release: 'Web' }, 'bad-option', "release 'Web'"],
    [{ release: 'web;id' }, 'bad-option', "release 'web;id'"],
    [{ release: 'web --help' }, 'bad-option', "release '--help'"],
    [{ release: '../web' }, 'bad-option', "release '../web'"],
    [{ 'mix-env': 'prod test' }, 'bad-option', "mix-env 'prod test'"],
    [{ 'mix-env': '../prod' }, 'bad-option', "mix-env '../prod'"],
    [{ 'mix-env': '-prod' }, 'bad-option', "mix-env '-prod'"],
    [{ method: 'yes' }, 'bad-option', "method is 'yes'"],
    [
      { target: 'x64-gnu x64-musl', image: 'team/a' },
      'bad-option',
      'image names team/a for x86_64-unknown-linux-gnu and',
    ],
    [{ packages: '*-glibc => x' }, 'bad-option', "'*-glibc'"],
    [{ target: [triple, 'solaris'] }, 'unsupported-target', 'solaris'],
    [{ env: 'HOME=/x' }, 'bad-option', 'HOME'],
    [{ format: 'zip' }, 'bad-option', 'format'],
    [{ cookie: 'eat' }, 'bad-option', 'cookie'],
    [{ artifact: 'yes' }, 'bad-option', 'artifact'],
    [{ artifact: 'true', 'retention-days': '91' }, 'bad-option', 'retention-days'],
    [{ artifact: 'true', 'retention-days': '0' }, 'bad-option', 'retention-days'],
    [{ artifact: 'true', 'compression-level': '10' }, 'bad-option', 'compression-level'],
    [{ artifact: 'true', overwrite: 'maybe' }, 'bad-option', 'overwrite'],
  ])('%j', async (raw, code, says) => {
    const error = await errorOf(() => read(raw));
    expect(error).toMatchObject({ code, exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.next).not.toBe('');
  });

  it.each(['yesterday', '-1', '1.5', '1e9', '17000000000000'])('SOURCE_DATE_EPOCH %s', async (value) => {
    const error = await errorOf(() => read({}, { env: { SOURCE_DATE_EPOCH: value } }));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(value);
  });

  it.each([
    ['gone', 'does not exist'],
    ['file', 'is not a directory'],
  ])('a checkout that is %s', async (name, says) => {
    const root = await directoryWith({ file: '' });
    const error = await errorOf(() => readRequests({ target: triple }, surroundings(path.join(root, name))));
    expect(error).toMatchObject({ code: 'directory-not-found', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.next).toContain('actions/checkout');
  });
});
