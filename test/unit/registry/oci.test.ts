import { afterEach, describe, expect, test } from '@jest/globals';
import { parseChallenge } from '../../../src/registry/authorization.js';
import type { Credentials } from '../../../src/registry/credentials.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { findManifest } from '../../../src/registry/oci.js';
import { parseReference } from '../../../src/registry/reference.js';
import { openRepository, type RepositoryOptions } from '../../../src/registry/repository.js';
import { startRegistry, type FakeRegistry, type RegistryOptions } from '../../rig/listing/registry.js';

const PLATFORMS = ['unknown/unknown', 'linux/amd64', 'linux/arm64/v8', 'linux/arm/v7'];
const LOGIN: Credentials = { kind: 'password', username: 'ann', password: 'pass:word' };

const started: FakeRegistry[] = [];
afterEach(async () => {
  for (const registry of started.splice(0)) await registry[Symbol.asyncDispose]();
});

async function start(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await startRegistry(options);
  started.push(registry);
  return registry;
}

function head(
  registry: FakeRegistry,
  name: string,
  platform = 'linux/amd64',
  options: Partial<RepositoryOptions> = {},
) {
  const reference = parseReference(`${registry.host}/${name}`);
  const repository = openRepository(reference, {
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
    ...options,
  });
  return findManifest(repository, reference, platform);
}

const requested = (registry: FakeRegistry): readonly string[] =>
  registry.requests.map(({ method, url }) => `${method} ${url.pathname}`);

describe('an index', () => {
  test('gives its digest and that of the platform', async () => {
    const registry = await start();
    const digest = registry.putIndex('hexpm/elixir', 't', PLATFORMS);
    const amd64 = await head(registry, 'hexpm/elixir:t');
    const arm64 = await head(registry, 'hexpm/elixir:t', 'linux/arm64');
    expect([amd64?.digest, arm64?.digest]).toEqual([digest, digest]);
    expect(amd64?.platformDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(new Set([digest, amd64?.platformDigest, arm64?.platformDigest]).size).toBe(3);
    expect(requested(registry).slice(0, 2)).toEqual([
      'HEAD /v2/hexpm/elixir/manifests/t',
      `GET /v2/hexpm/elixir/manifests/${digest}`,
    ]);
  });

  test.each(['linux/arm64', 'linux/arm64/v8', 'linux/arm/v7', 'linux/arm'])('has %s', async (platform) => {
    const registry = await start();
    registry.putIndex('a', 'latest', PLATFORMS);
    expect(await head(registry, 'a', platform)).toBeDefined();
  });

  test('that leaves the variant of arm64 out has it', async () => {
    const registry = await start();
    registry.putIndex('a', 'latest', ['linux/arm64']);
    expect(await head(registry, 'a', 'linux/arm64/v8')).toBeDefined();
  });

  test('of several variants gives the exact one', async () => {
    const registry = await start();
    registry.putIndex('a', 'latest', ['linux/amd64/v3', 'linux/amd64']);
    registry.putIndex('b', 'latest', ['linux/amd64']);
    const [several, one] = [await head(registry, 'a'), await head(registry, 'b')];
    expect(several?.platformDigest).toBe(one?.platformDigest);
  });

  test.each(['linux/riscv64', 'linux/arm/v6', 'windows/amd64'])('without %s says what it has', async (platform) => {
    const registry = await start();
    registry.putIndex('a/b', 't', PLATFORMS);
    await expect(head(registry, 'a/b:t', platform)).rejects.toMatchObject({
      code: 'image-platform-mismatch',
      message: `image ${registry.host}/a/b:t is for linux/amd64, linux/arm64/v8, linux/arm/v7, and not for ${platform}`,
    });
  });
});

describe('an image of one platform', () => {
  test('has one digest, and its platform is that of its configuration', async () => {
    const registry = await start();
    const digest = registry.putImage('a', 't', 'linux/amd64');
    expect(await head(registry, 'a:t')).toEqual({ digest, platformDigest: digest });
    await expect(head(registry, 'a:t', 'linux/arm64')).rejects.toMatchObject({ code: 'image-platform-mismatch' });
  });

  test('may have its configuration elsewhere, where our token does not go', async () => {
    const store = await start();
    store.putImage('a', 't', 'linux/amd64');
    const registry = await start({ challenge: 'bearer', blobOrigin: `http://${store.host}` });
    registry.putImage('a', 't', 'linux/amd64');
    expect(await head(registry, 'a:t')).toBeDefined();
    expect(store.requests).toHaveLength(1);
    expect(store.requests[0]?.headers.authorization).toBeUndefined();
  });
});

test('what the registry does not have is undefined', async () => {
  const registry = await start();
  registry.putIndex('a', 't', PLATFORMS);
  expect(await head(registry, 'a:other')).toBeUndefined();
  expect(await head(registry, 'other:t')).toBeUndefined();
  expect(await head(registry, `a@sha256:${'0'.repeat(64)}`)).toBeUndefined();
});

describe('digests', () => {
  test('a pinned reference is asked for by its digest', async () => {
    const registry = await start();
    const digest = registry.putIndex('a', 't', PLATFORMS);
    expect((await head(registry, `a:ignored@${digest}`))?.digest).toBe(digest);
    expect(requested(registry)[0]).toBe(`HEAD /v2/a/manifests/${digest}`);
  });

  test('a registry that does not send them is taken at its bytes', async () => {
    const registry = await start({ withoutDigests: true });
    const digest = registry.putIndex('a', 't', PLATFORMS);
    expect((await head(registry, 'a:t'))?.digest).toBe(digest);
    expect((await head(registry, `a@${digest}`))?.digest).toBe(digest);
  });

  test.each([
    ['an announced digest', false],
    ['a pinned one', true],
  ])('bytes that are not those of %s are refused', async (_name, withoutDigests) => {
    const registry = await start({ withoutDigests });
    const digest = registry.putIndex('a', 't', PLATFORMS);
    registry.corrupt(digest);
    await expect(head(registry, withoutDigests ? `a@${digest}` : 'a:t')).rejects.toMatchObject({
      code: 'image-digest-mismatch',
      exitStatus: 4,
      message: expect.stringContaining(digest),
    });
  });

  test('a registry that answers a pinned digest with another is refused', async () => {
    const registry = await start();
    const [one, other] = [registry.putIndex('a', 't', PLATFORMS), registry.putIndex('a', 'u', ['linux/amd64'])];
    await using liar = await startRegistry({ answerWith: other });
    await expect(head(liar, `a@${one}`)).rejects.toMatchObject({
      code: 'image-digest-mismatch',
      message: `${liar.host} returned ${other} for ${liar.host}/a@${one} instead of ${one}`,
    });
  });

  test('the configuration is checked too', async () => {
    const registry = await start();
    registry.putImage('a', 't', 'linux/amd64');
    await head(registry, 'a:t');
    const config = registry.requests.at(-1)?.url.pathname.split('/').at(-1) ?? '';
    registry.corrupt(config);
    await expect(head(registry, 'a:t')).rejects.toMatchObject({ code: 'image-digest-mismatch' });
  });
});

describe('a bearer challenge', () => {
  test('is answered with a token that anybody gets, once', async () => {
    const registry = await start({ challenge: 'bearer' });
    registry.putImage('hexpm/elixir', 't', 'linux/amd64');
    expect(await head(registry, 'hexpm/elixir:t')).toBeDefined();
    expect(requested(registry).map((each) => each.replace(/sha256.*/, 'DIGEST'))).toEqual([
      'HEAD /v2/hexpm/elixir/manifests/t',
      'GET /token',
      'HEAD /v2/hexpm/elixir/manifests/t',
      'GET /v2/hexpm/elixir/manifests/DIGEST',
      'GET /v2/hexpm/elixir/blobs/DIGEST',
    ]);
    expect(registry.requests[1]?.url.search).toBe('?service=the+registry&scope=repository%3Ahexpm%2Felixir%3Apull');
  });

  test('is answered with the login', async () => {
    const registry = await start({ challenge: 'bearer', login: LOGIN });
    registry.putIndex('a', 't', PLATFORMS);
    let lookups = 0;
    const credentials = () => {
      lookups += 1;
      return Promise.resolve(LOGIN);
    };
    expect(await head(registry, 'a:t', 'linux/amd64', { credentials })).toBeDefined();
    expect(lookups).toBe(1);
  });

  test('is answered with the identity token', async () => {
    const registry = await start({ challenge: 'bearer', login: LOGIN, identityToken: 'id+/=' });
    registry.putIndex('a', 't', PLATFORMS);
    const credentials = () => Promise.resolve({ kind: 'identity-token', token: 'id+/=' } as const);
    expect(await head(registry, 'a:t', 'linux/amd64', { credentials })).toBeDefined();
    expect(requested(registry)[1]).toBe('POST /token');
  });

  test.each([
    ['no login', undefined, 'an anonymous request'],
    ['a wrong login', { ...LOGIN, password: 'wrong' }, 'the login of your Docker configuration'],
  ] as const)('cannot be answered with %s', async (_name, login, said) => {
    const registry = await start({ challenge: 'bearer', login: LOGIN });
    registry.putIndex('a', 't', PLATFORMS);
    await expect(
      head(registry, 'a:t', 'linux/amd64', { credentials: () => Promise.resolve(login) }),
    ).rejects.toMatchObject({
      code: 'image-not-found',
      message: `${registry.host} answered 401 to ${said} for repository:a:pull`,
      next: expect.stringContaining('docker login'),
    });
  });

  test('whose token service is down is an outage of that host', async () => {
    const tokens = await start();
    const registry = await start({ challenge: 'bearer', realm: `http://${tokens.host}/token` });
    tokens.fail({ status: 503 }, 3);
    await expect(head(registry, 'a:t')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${tokens.host} answered 503`,
    });
  });

  test('whose token service sends no token is an outage too', async () => {
    const tokens = await start();
    const registry = await start({ challenge: 'bearer', realm: `http://${tokens.host}/token` });
    tokens.fail({ status: 200, body: '{}' });
    await expect(head(registry, 'a:t')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${tokens.host} answered without a token`,
    });
  });

  test('does not get our login over an open line', async () => {
    const registry = await start({ challenge: 'bearer', realm: 'http://tokens.example/token' });
    await expect(
      head(registry, 'a:t', 'linux/amd64', { credentials: () => Promise.resolve(LOGIN) }),
    ).rejects.toMatchObject({ code: 'image-not-found', message: expect.stringContaining('not encrypted') });
  });
});

describe('a basic challenge', () => {
  test('is answered with the login', async () => {
    const registry = await start({ challenge: 'basic', login: LOGIN });
    registry.putIndex('a', 't', PLATFORMS);
    const credentials = () => Promise.resolve(LOGIN);
    expect(await head(registry, 'a:t', 'linux/amd64', { credentials })).toBeDefined();
  });

  test('cannot be answered without one', async () => {
    const registry = await start({ challenge: 'basic', login: LOGIN });
    registry.putIndex('a', 't', PLATFORMS);
    await expect(head(registry, 'a:t')).rejects.toMatchObject({
      code: 'image-not-found',
      message: `${registry.host} answered 401 for ${registry.host}/a:t: there is no such repository, or it needs a login`,
    });
  });
});

describe('an outage of the registry', () => {
  test('passes', async () => {
    const registry = await start();
    registry.putIndex('a', 't', PLATFORMS);
    registry.fail({ status: 503 });
    registry.fail('reset');
    expect(await head(registry, 'a:t')).toBeDefined();
  });

  test('names the host and the status, and is no missing image', async () => {
    const registry = await start();
    registry.fail({ status: 503 }, 3);
    await expect(head(registry, 'a:t')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${registry.host} answered 503`,
    });
  });

  test('is an answer that is no manifest', async () => {
    const registry = await start({ withoutDigests: true });
    registry.fail({ status: 200, body: '' });
    registry.fail({ status: 200, body: '{"hello":"world"}' });
    await expect(head(registry, 'a:t')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${registry.host} answered neither a manifest nor an index of manifests`,
    });
  });
});

test.each([
  ['Bearer realm="https://t.example/a?b=c,d",service="s",scope="repository:a/b:pull,push"', 's'],
  ['bearer service=s, realm="https://t.example/a?b=c,d" , scope="repository:a/b:pull,push"', 's'],
  ['Basic realm="r", Bearer realm="https://t.example/a?b=c,d",service="s",scope="repository:a/b:pull,push"', 's'],
  [
    'Bearer realm="https://t.example/a?b=c,d",service="a \\"b\\"",scope="repository:a/b:pull,push", Basic realm="r"',
    'a "b"',
  ],
])('the challenge %s', (header, service) => {
  expect(parseChallenge(header)).toEqual({
    scheme: 'bearer',
    realm: 'https://t.example/a?b=c,d',
    service,
    scope: 'repository:a/b:pull,push',
  });
});

test('other challenges', () => {
  expect(parseChallenge('Basic realm="r"')).toEqual({ scheme: 'basic' });
  expect(parseChallenge('Negotiate')).toBeUndefined();
  expect(parseChallenge('')).toBeUndefined();
});
