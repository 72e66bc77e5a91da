import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { consumeProgress } from '../../src/engine/progress.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { ARM64, ROOT, runCli, TARGET, TRIXIE, type Ended } from '../support/cli.js';
import { pushIndex } from '../support/image-index.js';
import { startRegistry, type Registry } from '../support/registry.js';

// Builds on an engine that keeps its images in containerd, as fresh installations of Docker 29 do, from a registry whose
// tag is an index of two platforms.

const run = promisify(execFile);
const RIG = path.join(ROOT, 'test/rig/containerd-engine.sh');
const PLUGIN = path.join(ROOT, '.cache/containerd-engine/tree/usr/libexec/docker/cli-plugins/docker-buildx');
const AARCH64 = 'aarch64-unknown-linux-gnu';

const scope = new AsyncDisposableStack();
let engine: Docker;
let registry: Registry;
let digests: ReadonlyMap<string, string>;
let hello: Temporary;
/** Environments of builds: by the engine's older builder, and by BuildKit. */
let older: Record<string, string>;
let buildKit: Record<string, string>;

const NAME = TRIXIE;
const reference = (): string => `${registry.host}/${NAME}`;

beforeAll(async () => {
  const { stdout } = await run(RIG, ['start']);
  scope.defer(async () => {
    await run(RIG, ['stop']);
  });
  const DOCKER_HOST = /^DOCKER_HOST=(.+)$/m.exec(stdout)?.[1] ?? '';
  engine = new Docker({ socketPath: DOCKER_HOST.replace('unix://', '') });
  registry = scope.use(await startRegistry());
  digests = await pushIndex(registry, [TRIXIE, ARM64], NAME);
  hello = scope.use(await checkoutOf('examples/hello'));
  const config = scope.use(await temporary()).path;
  await mkdir(path.join(config, 'cli-plugins'));
  await symlink(PLUGIN, path.join(config, 'cli-plugins/docker-buildx'));
  older = { DOCKER_HOST, DOCKER_BUILDKIT: '0' };
  buildKit = { DOCKER_HOST, DOCKER_CONFIG: config };
}, 600_000);
afterAll(async () => {
  await scope.disposeAsync();
}, 120_000);

/** Every test begins with an engine without images, and so without layers of them. */
beforeEach(async () => {
  for (const { Id } of await engine.listImages({ all: true })) {
    await engine.getImage(Id).remove({ force: true }).catch(goneAlready);
  }
}, 120_000);

/** An image goes with the last of those that were made from it. */
function goneAlready(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404) throw error as Error;
}

async function pull(platform: string): Promise<void> {
  await consumeProgress(await engine.pull(reference(), { platform }));
}

async function build(target: string, env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  await using out = await temporary();
  const emulate = target === AARCH64 ? ['--method', 'emulate'] : [];
  const command = ['build', hello.path, '--target', target, ...emulate, '--output', out.path, '--smoke-test', 'off'];
  const ended = await runCli([...command, '--os', 'debian:trixie', '--verbose', ...args], { env });
  expect({ status: ended.status, stderr: ended.stderr }).toMatchObject({ status: 0 });
  return ended;
}

const digestIn = ({ stderr }: Ended): string | undefined => /^ +digest +(\S+)$/m.exec(stderr)?.[1];
const tagIn = ({ stderr }: Ended): string | undefined =>
  /^builder +[\d.]+ s {2}mix-release-builder:(\S+),/m.exec(stderr)?.[1];
/** Names in the engine that no user would know what to do with. */
async function stepsLeft(): Promise<readonly string[]> {
  const names = (await engine.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  return names.filter((name) => name.includes(':step-'));
}

describe.each([
  ['the older builder', () => older],
  ['BuildKit', () => buildKit],
] as const)('by %s', (_, env) => {
  it('builds natively, by the manifest of the platform', async () => {
    const ended = await build(TARGET, env(), '--registry', registry.host);
    expect(digestIn(ended)).toBe(digests.get('linux/amd64'));
    expect(await stepsLeft()).toEqual([]);
  }, 600_000);

  it('builds emulated, where the engine has that platform alone, from an index that was pulled', async () => {
    await pull('linux/arm64');
    const ended = await build(AARCH64, env(), '--image', reference(), '--pull', 'never');
    expect(digestIn(ended)).toBe(digests.get('linux/arm64'));
    expect(await stepsLeft()).toEqual([]);
  }, 900_000);
});

it('builds emulated, where the engine has both platforms, and comes to the same builder by the registry', async () => {
  await pull('linux/amd64');
  await pull('linux/arm64');
  const here = await build(AARCH64, older, '--image', reference());
  expect(digestIn(here)).toBe(digests.get('linux/arm64'));
  await engine.getImage(reference()).remove({ force: true });
  const looked = await build(AARCH64, older, '--registry', registry.host);
  expect(digestIn(looked)).toBe(digests.get('linux/arm64'));
  expect(tagIn(looked)).toBe(tagIn(here));
}, 900_000);

describe("a Dockerfile of the user's for BuildKit", () => {
  const lines = (...more: readonly string[]): string =>
    [
      ...['ARG BASE', 'FROM ${BASE}', 'USER root', 'RUN --mount=type=cache,target=/var/cache/own <<END', 'set -e'],
      ...['echo line >>/var/cache/own/log', 'echo "the log has $(wc -l </var/cache/own/log)"', 'END', ...more, ''],
    ].join('\n');
  const write = async (text: string): Promise<string> => {
    const file = path.join(hello.path, 'ci/Dockerfile');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };

  it('is built with its here-document and its cache, which a later build finds, without a registry', async () => {
    await pull('linux/amd64');
    const build1 = await build(TARGET, buildKit, '--image', reference(), '--dockerfile', await write(lines()));
    const [, before] = /the log has (\d+)/.exec(build1.stderr) ?? [];
    expect(Number(before)).toBeGreaterThan(0);
    const changed = await write(lines().replace('set -e', 'set -eu'));
    const build2 = await build(TARGET, buildKit, '--image', reference(), '--dockerfile', changed, '--pull', 'never');
    expect(build2.stderr).toContain(`the log has ${String(Number(before) + 1)}`);
    expect(await stepsLeft()).toEqual([]);
  }, 600_000);

  it('is refused where there is none, with the line', async () => {
    await pull('linux/amd64');
    const args = ['--target', TARGET, '--image', reference(), '--dockerfile', await write(lines())];
    const { status, stderr } = await runCli(['build', hello.path, ...args], { env: older });
    expect(status).toBe(4);
    expect(stderr).toContain(
      'needs BuildKit, which is not available here: RUN --mount=type=cache,target=/var/cache/own',
    );
  });
});
