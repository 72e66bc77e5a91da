import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { releasesOf, runCli, TARGET } from '../support/cli.js';
import { temporary, type Temporary } from '../support/checkout.js';
import { docker, runtimeWith } from '../support/engine.js';
import {
  intoUmbrella,
  openPhoenixRegistries,
  pageAndScript,
  siteOf,
  VARIABLES,
  type PhoenixRegistries,
  type Site,
} from '../support/phoenix.js';
import { ran } from '../support/ran.js';

const MUSL = 'x86_64-unknown-linux-musl';
/** Milliseconds: where nothing was made before, Node and npm are installed into a builder first. */
const TIMEOUT = 900_000;
/** The same as in the test of the reusable workflow, which finds the builder then. */
const PACKAGES = 'nodejs,npm,libsqlite3-dev';
const DEPLOY = 'npm ci --prefix assets\nmix assets.deploy';

let registries: PhoenixRegistries;

beforeAll(async () => {
  registries = await openPhoenixRegistries();
});
afterAll(async () => {
  await registries[Symbol.asyncDispose]();
});

/** Builds a checkout of the project as the recipe for Phoenix says, smoke test included. */
async function deploy(project: string, output: string, ...more: readonly string[]): Promise<BuiltRelease> {
  const { beforeBuild, npm, hexRepositories } = registries;
  const smokeEnv = Object.entries(VARIABLES).flatMap(([name, value]) => ['--smoke-env', `${name}=${value}`]);
  const hooks = [
    '--before-build',
    beforeBuild,
    ...(more.includes('--before-release') ? [] : ['--before-release', DEPLOY]),
  ];
  const args = ['build', project, '--output', output, ...hooks, '--env', npm, ...smokeEnv, ...more, '--json'];
  const [release] = releasesOf(await runCli(args, { env: { MIX_RELEASE_HEX_REPOSITORIES: hexRepositories } }));
  if (!release) throw new Error('no release');
  return release;
}

/** The release, started in a clean image. */
function served(image: string, { tarball }: BuiltRelease): Promise<Site> {
  return siteOf(image, '/opt/bin/shop', (id) =>
    docker.getContainer(id).putArchive(createReadStream(tarball), { path: '/opt' }),
  );
}

const GREETING = 'hello from ripple, hello from strand';

describe('a project of Phoenix’s shape', () => {
  let checkout: Temporary;
  let out: Temporary;
  beforeAll(async () => {
    checkout = await registries.checkout();
    out = await temporary();
  });
  afterAll(async () => {
    await checkout[Symbol.asyncDispose]();
    await out[Symbol.asyncDispose]();
  }, TIMEOUT);

  it(
    'is built with private packages and npm, boots, and serves the page and the digested script',
    async () => {
      const args = ['--target', TARGET, '--packages', PACKAGES];
      const release = await deploy(checkout.path, out.path, ...args);
      expect(release.smoke).toMatchObject({ test: 'boot' });
      await using site = await served(
        await runtimeWith('debian:bookworm-slim', ...ran(release.smoke).packages),
        release,
      );
      const { page, script } = await pageAndScript(site);
      expect(page).toContain(GREETING);
      expect(script).toContain('counter of the page');
      expect(script).toContain('lagoon mounted');
    },
    TIMEOUT,
  );

  it(
    'is built for musl, and a script of the project fetches both in the smoke test',
    async () => {
      const args = ['--target', MUSL, '--dockerfile', 'ci/builder/Dockerfile', '--smoke-test', 'ci/smoke.sh'];
      const release = await deploy(checkout.path, out.path, ...args);
      expect(release.smoke).toMatchObject({ test: 'script', image: 'alpine:3.22', packages: [] });
      await using site = await served('alpine:3.22', release);
      const { page, script } = await pageAndScript(site);
      expect(page).toContain(GREETING);
      expect(script).toContain('counter of the page');
    },
    TIMEOUT,
  );

  it(
    'is built as a part of an umbrella',
    async () => {
      await using umbrella = await registries.checkout();
      await intoUmbrella(umbrella.path);
      const hook = 'npm ci --prefix apps/shop/assets\ncd apps/shop\nmix assets.deploy';
      const args = ['--target', TARGET, '--packages', PACKAGES, '--before-release', hook];
      const release = await deploy(umbrella.path, out.path, ...args, '--smoke-test', 'ci/smoke.sh');
      expect(release).toMatchObject({ name: 'shop', smoke: { test: 'script' } });
    },
    TIMEOUT,
  );

  it(
    'is built as the child of an umbrella that defines the release',
    async () => {
      await using umbrella = await registries.checkout();
      await intoUmbrella(umbrella.path);
      const args = ['--target', TARGET, '--packages', PACKAGES, '--working-directory', 'apps/shop'];
      const release = await deploy(umbrella.path, out.path, ...args, '--smoke-test', 'ci/smoke.sh');
      expect(release).toMatchObject({ name: 'shop', smoke: { test: 'script' } });
    },
    TIMEOUT,
  );

  it(
    'is built again from what npm keeps in the builder’s home',
    async () => {
      const args = ['--target', TARGET, '--packages', PACKAGES, '--env', 'NPM_CONFIG_OFFLINE=true'];
      const release = await deploy(checkout.path, out.path, ...args, '--smoke-test', 'ci/smoke.sh');
      expect(release.smoke).toMatchObject({ test: 'script' });
    },
    TIMEOUT,
  );
});
