import path from 'node:path';
import { access, readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TARGET, runCli, type Ended } from '../support/cli.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { noContainerWithin } from '../support/engine.js';

let checkout: Temporary;
let out: Temporary;
beforeEach(async () => {
  checkout = await checkoutOf('examples/hello');
  out = await temporary();
});
afterEach(async () => {
  await checkout[Symbol.asyncDispose]();
  await out[Symbol.asyncDispose]();
});
afterAll(() => noContainerWithin(7));

const build = (env: Record<string, string> = {}): Promise<Ended> => {
  const args = ['build', checkout.path, '--target', TARGET, '--version-check', 'tag', '--output', out.path];
  return runCli([...args, '--verbose'], { env });
};

describe('--version-check tag', () => {
  it('stops when Mix has said another version, and leaves nothing', async () => {
    await git(checkout.path, 'tag', 'v0.2.0');
    const { status, stderr } = await build();
    expect({ status, stderr }).toMatchObject({ status: 5 });
    expect(stderr).toContain('error (version-mismatch): release hello has version 0.1.0, and the tag is v0.2.0');
    expect(stderr).toMatch(/^compile +[\d.]+ s$/m);
    expect(stderr).toMatch(/^release +[\d.]+ s {2}failed$/m);
    expect(stderr).not.toContain('tarball');
    expect(await readdir(out.path)).toEqual([]);
  });

  it('builds for the tag of the version', async () => {
    await git(checkout.path, 'tag', 'hello-v0.1.0');
    const { status, stdout } = await build();
    expect(status).toBe(0);
    await access(path.join(stdout.trim()));
  });

  it('refuses a commit without a tag before anything is started', async () => {
    const { status, stderr } = await build({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    expect(status).toBe(2);
    expect(stderr).toContain(
      'error (tag-not-found): version-check is tag, and the commit that is checked out has no tag',
    );
  });

  it('believes the workflow, not the checkout', async () => {
    await git(checkout.path, 'tag', 'v0.1.0');
    const { status, stderr } = await build({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v0.1.1' });
    expect(status).toBe(5);
    expect(stderr).toContain('the tag is v0.1.1');
  });
});
