import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packFiles, type VirtualFile } from '../../src/archive/files.js';
import { readElfFile, type ElfFile } from '../../src/audit/elf/elf.js';
import type { Builder } from '../../src/builder/builder.js';
import { withCrossEnvironment } from '../../src/builder/cross/environment.js';
import type { CrossImage } from '../../src/builder/cross/image.js';
import { connectEngine } from '../../src/engine/connect.js';
import type { RunningContainer } from '../../src/engine/container.js';
import type { Engine } from '../../src/engine/engine.js';
import { labels } from '../../src/engine/labels.js';
import { temporary } from '../support/checkout.js';
import { ROOT } from '../support/cli.js';
import { BUILDERS, builderOn, crossOn, machineAuthorities, RUN, targetOf } from '../support/cross.js';
import { unpacked } from '../support/fake-engine/files.js';

const HOST = 'x86_64-unknown-linux-gnu';
const FIXTURES = path.join(ROOT, 'test/fixtures/native');
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Milliseconds: packages and zig are fetched. */
const TIMEOUT = 900_000;

async function filesBelow(directory: string): Promise<readonly VirtualFile[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      ...{ path: path.join('native', path.relative(FIXTURES, file)), uid: 10001, gid: 10001 },
      text: await readFile(file, 'utf8'),
    })),
  );
}

/** Makes one application's native code for a target, and reads the file that came of it. */
async function made(
  container: RunningContainer,
  { target, image, file, make }: { target: string; image: CrossImage; file: string; make: string },
): Promise<ElfFile> {
  const [application = ''] = make.split('/');
  const out = `/tmp/out/${application}`;
  const lines: string[] = [];
  const { toolchain, erts } = image;
  const env = withCrossEnvironment({ MIX_APP_PATH: out }, { target: targetOf(target), toolchain, erts, path: PATH });
  const command = { title: 'make', argv: ['make', '-C', `/tmp/src/${make}`], env, cwd: '/tmp' };
  const status = await container.run(command, (line) => lines.push(line));
  expect({ status, lines }).toMatchObject({ status: 0 });
  const priv = application === 'by_rebar' ? '/tmp/src/by_rebar/priv' : `${out}/priv`;
  const [entry] = await unpacked(await container.get(`${priv}/${file}`));
  await using directory = await temporary();
  await mkdir(directory.path, { recursive: true });
  const copy = path.join(directory.path, file);
  await writeFile(copy, entry?.[1].content ?? Buffer.alloc(0));
  return readElfFile(copy);
}

async function withFixtures(engine: Engine, image: CrossImage): Promise<RunningContainer> {
  const spec = { image: image.id, platform: 'linux/amd64', user: '10001:10001', labels: labels('probe', RUN) };
  const container = await engine.containers.start(spec);
  await container.put(packFiles(await filesBelow(FIXTURES)), '/tmp');
  // The directories belong to root: the archive has files alone.
  await container.run({ title: 'cp', argv: ['cp', '-r', '/tmp/native', '/tmp/src'] }, () => undefined);
  return container;
}

let engine: Engine;
beforeAll(async () => {
  engine = await connectEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const SIMPLE = [
  ['honours_cc', 'honours_cc', 'honours_cc.so'],
  ['asks_uname', 'asks_uname', 'asks_uname.so'],
  ['loads_early', 'loads_early', 'loads_early.so'],
  ['by_rebar', 'by_rebar/c_src', 'by_rebar.so'],
] as const;

describe.each([
  ['aarch64-unknown-linux-gnu', BUILDERS.arm64Gnu, ['zlib1g-dev', 'cmake', 'pkg-config']],
  // The rig's image for glibc lends its Erlang's headers, which are the same: the compiler is what is tried.
  ['aarch64-unknown-linux-musl', BUILDERS.arm64Gnu, []],
] as const)('the compilers for %s', (target, base, packages) => {
  const gnu = target.endsWith('gnu');
  let builder: Builder;
  let image: CrossImage;
  let container: RunningContainer;
  beforeAll(async () => {
    // zig is fetched by the Elixir of the builder, which has to trust what this machine trusts.
    builder = await builderOn(engine, BUILDERS.gnu, HOST, { authorities: gnu ? [] : await machineAuthorities() });
    image = await crossOn(engine, { builder, on: HOST, target, base }, { packages });
    container = await withFixtures(engine, image);
  }, TIMEOUT);
  afterAll(async () => {
    await container[Symbol.asyncDispose]();
  });

  it.each(SIMPLE)('make %s', async (_, make, file) => {
    const elf = await made(container, { target, image, make, file });
    expect(elf.machine.name).toBe('aarch64');
    expect(elf.kind).toBe('library');
    expect(elf.needed.filter((name) => !/^libc\.(so|so\.6)$/.test(name))).toEqual([]);
  });

  it('make a program, for the loader of the target or for none', async () => {
    const elf = await made(container, { target, image, make: 'port_program', file: 'port_program' });
    expect(elf.machine.name).toBe('aarch64');
    expect([elf.kind, elf.interpreter]).toEqual(
      gnu ? ['program', '/lib/ld-linux-aarch64.so.1'] : ['static', undefined],
    );
  });

  it('make C++ with exceptions and atomics', async () => {
    const elf = await made(container, { target, image, make: 'in_cxx', file: 'in_cxx.so' });
    expect(elf.machine.name).toBe('aarch64');
    expect(elf.needed).toEqual(gnu ? ['libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6'] : ['libc.so']);
    // What does not load on musl.
    const undefinedNames = elf.undefinedSymbols.map(({ name }) => name);
    if (!gnu) expect(undefinedNames).not.toContain('__getauxval');
  });

  it('do not reach a Makefile that names gcc', async () => {
    const elf = await made(container, { target, image, make: 'hard_coded', file: 'hard_coded.so' });
    expect(elf.machine.name).toBe('x86_64');
  });

  if (gnu) {
    it('find libraries of packages, by pkg-config and by CMake', async () => {
      const zlib = await made(container, { target, image, make: 'with_zlib', file: 'with_zlib.so' });
      expect([zlib.machine.name, ...zlib.needed.slice(0, 1)]).toEqual(['aarch64', 'libz.so.1']);
      const cmake = await made(container, { target, image, make: 'with_cmake', file: 'with_cmake.so' });
      expect(cmake.machine.name).toBe('aarch64');
    });
  }
});
