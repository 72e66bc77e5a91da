import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startListing, type ListingServer, type Row } from '../rig/listing/server.js';
import { releasesOf, runCli, TARGET, TRIXIE, type Ended } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { docker, noContainerWithin } from '../support/engine.js';
import { startRegistry, type Registry } from '../support/registry.js';

/** Tags as they are published; only the second of trixie is in the registry. */
const NEWEST = '1.18.3-erlang-27.3.4.1-debian-trixie-20251103-slim';
const PUBLISHED = '1.18.3-erlang-27.3.4.1-debian-trixie-20251020-slim';
const rows: readonly Row[] = [NEWEST, PUBLISHED, '1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim'].map((tag) => ({
  repo: 'hexpm/elixir',
  tag,
  archs: ['amd64', 'arm64'],
  built_at: '2025-11-04T00:00:00Z',
}));
const VERSIONS = ['--elixir-version', '1.18.3', '--otp-version', '27.3.4.1', '--os', 'debian:trixie'];

let hello: Temporary;
let registry: Registry;
let listing: ListingServer;

beforeAll(async () => {
  hello = await checkoutOf('examples/hello');
  listing = await startListing(rows);
  registry = await startRegistry();
  await registry.push(TRIXIE, `proxy/hexpm/elixir:${PUBLISHED}`);
  await registry.push(TRIXIE, 'hub/library/elixir:1.18.3-otp-27-slim');
});
beforeEach(() => listing.clear());
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await listing[Symbol.asyncDispose]();
  await hello[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

async function run(command: 'plan' | 'build', ...args: readonly string[]): Promise<Ended> {
  await using out = await temporary();
  const all = [command, hello.path, '--target', TARGET, '--output', out.path, '--smoke-test', 'off', ...args];
  return await runCli(all, { env: { MIX_RELEASE_BUILDER_API: listing.api } });
}

async function digestIn(repository: string, tag: string): Promise<string> {
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const url = `http://${registry.host}/v2/${repository}/manifests/${tag}`;
  const { headers } = await fetch(url, { method: 'HEAD', headers: { accept } });
  return headers.get('docker-content-digest') ?? '';
}

describe('an image that is published', () => {
  it('is found in a registry of one’s own, pulled by its digest, and found here the next time', async () => {
    const mirror = ['--registry', `${registry.host}/proxy`];
    const name = `${registry.host}/proxy/hexpm/elixir`;
    const digest = await digestIn('proxy/hexpm/elixir', PUBLISHED);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

    const planned = await run('plan', ...VERSIONS, ...mirror, '--pull', 'always');
    expect(planned.stdout).toContain(
      `image    ${name}:${PUBLISHED} (published; pulled by its digest)\ndigest   ${digest}`,
    );

    const built = await run('build', ...VERSIONS, ...mirror, '--pull', 'always', '--json', '--verbose');
    const [release] = releasesOf(built);
    expect(release).toMatchObject({ image: `${name}:${PUBLISHED}`, imageDigest: digest });
    expect(built.stderr).toContain(`pulling ${name}@${digest}`);

    listing.clear();
    const again = await run('plan', ...VERSIONS, ...mirror);
    expect(again.stdout).toContain('(in the engine)');
    expect(listing.requests).toEqual([]);
    await docker.getImage(`${name}:${PUBLISHED}`).remove({ force: true });
  });

  it('is looked for by the listing where the registry cannot say what it has', async () => {
    // An empty repository, as that of a cache that was never asked: nothing of what is listed is there.
    const { status, stderr } = await run(
      'plan',
      ...VERSIONS,
      '--registry',
      `${registry.host}/empty`,
      '--pull',
      'always',
    );
    expect(listing.requests.length).toBeGreaterThan(0);
    expect(stderr).toContain('error (no-such-image)');
    expect(stderr).toContain(NEWEST);
    expect(status).toBe(4);
  });

  it('may be an official one, on request, and then the probe has the last word', async () => {
    const wanted = ['--elixir-version', '1.18.3', '--otp-version', '27', '--os', 'debian:trixie'];
    const from = ['--registry', `${registry.host}/hub`, '--pull', 'always', '--official-images', '--probe'];
    const { status, stdout, stderr } = await run('plan', ...wanted, ...from);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain(
      `${registry.host}/hub/library/elixir:1.18.3-otp-27-slim (official image; pulled by its digest)`,
    );
    const other = await run('plan', ...wanted.slice(0, 3), '27.3.4.16', ...wanted.slice(4), ...from);
    expect(other.stderr).toMatch(
      /error \(image-mismatch\): requested: OTP 27\.3\.4\.16; image .* has OTP 27\.3\.4\.1$/m,
    );
  });
});

describe('what cannot be had', () => {
  it('is said with what was asked, what is nearest, and the ways on', async () => {
    const wanted = ['--elixir-version', '1.18.3', '--otp-version', '26.2.5', '--os', 'debian:trixie'];
    const { status, stderr } = await run('build', ...wanted);
    expect(stderr).toMatch(/error \(no-such-image\): .*Elixir 1\.18\.3 .*26\.2\.5 on debian trixie for amd64/);
    expect(stderr).toContain(`${NEWEST} (other Erlang/OTP)`);
    for (const way of ['another version', '`image`', '`dockerfile`']) expect(stderr).toContain(way);
    expect(status).toBe(4);
  });

  it('is an outage of a host that says no for now', async () => {
    listing.fail({ status: 503 }, 3);
    const { status, stderr } = await run('build', '--elixir-version', '1.17.3', '--otp-version', '27.1');
    expect(stderr).toContain(`error (registry-outage): ${listing.host} answered 503`);
    expect(status).toBe(4);
  });

  it('is not looked for at all with pull: never', async () => {
    const { status, stderr } = await run(
      'build',
      '--elixir-version',
      '1.17.3',
      '--otp-version',
      '27.1',
      '--pull',
      'never',
    );
    expect(stderr).toMatch(
      /error \(image-not-found\): no hexpm\/elixir image in the engine has Elixir 1\.17\.3 .* and pull is never/,
    );
    expect(listing.requests).toEqual([]);
    expect(status).toBe(4);
  });

  it('is an image of another digest', async () => {
    const wrong = `${registry.host}/proxy/hexpm/elixir@sha256:${'0'.repeat(64)}`;
    const { status, stderr } = await run('build', '--image', wrong);
    expect(stderr).toContain(`error (image-not-found): there is no image ${wrong}`);
    expect(status).toBe(4);
  });
});

describe('builder-repository', () => {
  /** One that was never built before, and takes no time. */
  async function dockerfile(name: string): Promise<string> {
    await mkdir(path.join(hello.path, name));
    const text = `ARG BASE\nFROM \${BASE}\nUSER root\nRUN echo ${hello.path}/${name} > /made-for\n`;
    await writeFile(path.join(hello.path, name, 'Dockerfile'), text);
    return `${name}/Dockerfile`;
  }

  it('gives a builder that was made elsewhere, and takes a new one', async () => {
    const repository = `${registry.host}/team/builders`;
    const args = ['--image', TRIXIE, '--dockerfile', await dockerfile('shared'), '--builder-repository', repository];
    const builder = /mix-release-builder:([0-9a-f]{16}), (\w+)/;
    const first = await run('build', ...args);
    expect(first).toMatchObject({ status: 0 });
    const [, hash = '', origin = ''] = builder.exec(first.stderr) ?? [];
    expect(origin).toBe('built');
    expect(first.stderr).toContain(`pushed the builder image to ${repository}:${hash}`);

    // Another machine has neither of the two names.
    await docker.getImage(`mix-release-builder:${hash}`).remove({ force: true });
    await docker.getImage(`${repository}:${hash}`).remove({ force: true });
    const second = await run('build', ...args);
    expect(second).toMatchObject({ status: 0 });
    expect(builder.exec(second.stderr)?.slice(1)).toEqual([hash, 'pulled']);
    expect(second.stderr).not.toContain('pushed');

    const third = await run('build', ...args);
    expect(builder.exec(third.stderr)?.slice(1)).toEqual([hash, 'present']);
  });

  it('that cannot be written is said, and the build goes on', async () => {
    const nobody = '127.0.0.1:1/nobody/builders';
    const args = ['--image', TRIXIE, '--dockerfile', await dockerfile('alone'), '--builder-repository', nobody];
    const { status, stderr } = await run('build', ...args);
    expect(stderr).toMatch(/the builder image was not pushed to 127\.0\.0\.1:1\/nobody\/builders:[0-9a-f]{16}: /);
    expect(status).toBe(0);
  });
});
