import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from '../../engine/engine.js';
import { chooseImage, type ChosenImage } from './choose-image.js';
import { findTarget } from '../../targets/find.js';
import { catalogue } from '../../../test/rig/listing/catalogue.js';
import { startLoopback, type Loopback } from '../../../test/rig/listing/loopback.js';
import { startRegistry, type FakeRegistry } from '../../../test/rig/listing/registry.js';
import { startListing, type ListingServer } from '../../../test/rig/listing/server.js';
import { fakeEngine, type FakeEngine } from '../../../test/support/fake-engine/engine.js';
import { AUTHORITY } from '../../../test/unit/support/authorities.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith, type RequestChanges } from '../../../test/unit/support/request.js';

const TAG = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim';
const VERSIONS = { elixir: '1.18.4', otp: '27.3.4.16', file: undefined };
const BOOKWORM = { os: 'debian', release: 'bookworm' } as const;
const PLATFORMS = ['linux/amd64', 'linux/arm64/v8'];
const target = findTarget('x86_64-unknown-linux-gnu');

let listing: ListingServer;
let registry: FakeRegistry;
let engine: FakeEngine;
beforeAll(async () => {
  listing = await startListing(catalogue());
});
afterAll(async () => listing[Symbol.asyncDispose]());
beforeEach(async () => {
  listing.clear();
  registry = await startRegistry({ challenge: 'bearer' });
  engine = fakeEngine();
});
afterEach(async () => registry[Symbol.asyncDispose]());

interface Chosen {
  readonly chosen: ChosenImage;
  readonly notes: readonly string[];
}

/** Chooses for a checkout of these options; the registry is a mirror of both repositories. */
async function choose(
  image: RequestChanges['image'] = {},
  look: Engine = engine,
  env: Readonly<Record<string, string>> = {},
  changes: Pick<RequestChanges, 'authorities'> = {},
): Promise<Chosen> {
  const checkout = await directoryWith({ 'mix.exs': '' });
  const notes: string[] = [];
  const request = requestWith({
    ...{ checkout, project: checkout, ...changes },
    image: { versions: VERSIONS, os: BOOKWORM, registry: `${registry.host}/proxy`, ...image },
  });
  const chosen = await chooseImage(look, request, {
    signal: new AbortController().signal,
    env: { MIX_RELEASE_BUILDER_API: listing.api, HOME: checkout, ...env },
    note: (text) => notes.push(text),
  });
  return { chosen, notes };
}

/** Publishes an image of several platforms, and gives the digest of the manifest of the target's. */
function putIndex(repository: string, tag: string): string {
  registry.putIndex(repository, tag, PLATFORMS);
  return registry.putImage('other', 'one', 'linux/amd64');
}

/** How many requests the registry and the listing got. */
const requests = (): readonly number[] => [registry.requests.length, listing.requests.length];

describe('chooseImage, of an image that was named', () => {
  const NOTHING = { elixir: undefined, otp: undefined, file: undefined };

  it('takes it as it is, and looks nowhere', async () => {
    const { chosen, notes } = await choose({
      named: 'team/elixir:1',
      pull: 'always',
      versions: NOTHING,
      os: undefined,
    });
    expect(chosen).toEqual({
      wanted: { reference: 'team/elixir:1', digest: undefined, pull: 'always', target },
      ...{ source: 'named', versions: [], system: undefined },
      expected: { target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined },
    });
    expect([requests(), engine.calls, notes]).toEqual([[0, 0], [], []]);
  });

  it('expects of it what the inputs say', async () => {
    const { chosen } = await choose({ named: 'team/elixir:1', glibc: '2.36' });
    expect(chosen.expected).toMatchObject({ target, system: BOOKWORM, glibc: '2.36' });
    expect(chosen.expected.elixir?.matches('1.18.4')).toBe(true);
    expect(chosen.expected.elixir?.matches('1.18.3')).toBe(false);
    expect(chosen.expected.otp?.matches('27.3.4.16')).toBe(true);
    expect(chosen.expected.otp?.matches('27.3.4.2')).toBe(false);
    expect(chosen.versions).toEqual([
      expect.stringContaining('Elixir 1.18.4'),
      expect.stringContaining('OTP 27.3.4.16'),
    ]);
  });
});

describe('chooseImage, of one that is in the engine', () => {
  it.each<[string, (tag: string) => string]>([
    ['under its own name', (tag) => `hexpm/elixir:${tag}`],
    ['under that of the mirror', (tag) => `${registry.host}/proxy/hexpm/elixir:${tag}`],
  ])('takes it %s, without a request', async (_, nameOf) => {
    const older = '1.18.4-erlang-27.3.4.16-debian-bookworm-20250101-slim';
    for (const tag of [older, TAG]) engine.addImage({ names: [nameOf(tag)] });
    const { chosen } = await choose();
    expect(chosen.source).toBe('engine');
    expect(chosen.wanted).toEqual({ reference: nameOf(TAG), digest: undefined, pull: 'never', target });
    expect(chosen.versions).toEqual([
      expect.stringContaining('Elixir 1.18.4'),
      expect.stringContaining('OTP 27.3.4.16'),
    ]);
    expect(chosen.system).toBe('debian:bookworm, glibc 2.36 (from os)');
    expect(chosen.expected.elixir?.matches('1.18.4')).toBe(true);
    expect(chosen.expected.otp?.matches('26.0')).toBe(false);
    expect(chosen.expected.system).toBeUndefined();
    expect(requests()).toEqual([0, 0]);
  });

  it.each([
    ['for another platform', 'linux/arm64', TAG],
    ['of other versions', 'linux/amd64', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250101-slim'],
    ['of another system', 'linux/amd64', '1.18.4-erlang-27.3.4.16-debian-trixie-20260713-slim'],
  ])('takes none %s; with pull never it says that none is there', async (_, platform, tag) => {
    engine.addImage({ names: [`hexpm/elixir:${tag}`], platform });
    const error = await errorOf(() => choose({ pull: 'never' }));
    expect(error).toMatchObject({ code: 'image-not-found', exitStatus: 4 });
    expect(error.message).toMatch(
      /Elixir 1\.18\.4.*OTP 27\.3\.4\.16.* on debian:bookworm for amd64, and pull is never$/,
    );
    expect(error.next).toContain('docker load');
    expect(requests()).toEqual([0, 0]);
  });
});

describe('chooseImage, of the published ones', () => {
  it('takes the best that the registry has, by the digest of the manifest of its platform', async () => {
    const digest = putIndex('proxy/hexpm/elixir', TAG);
    const { chosen, notes } = await choose();
    expect(chosen.source).toBe('published');
    expect(chosen.wanted).toEqual({
      ...{ reference: `${registry.host}/proxy/hexpm/elixir:${TAG}`, digest, pull: 'missing', target },
    });
    expect(chosen.system).toBe('debian:bookworm, glibc 2.36 (from os)');
    expect(notes).toEqual([]);
  });

  it('passes over what is in the engine with pull always', async () => {
    engine.addImage({ names: [`hexpm/elixir:${TAG}`] });
    const digest = putIndex('proxy/hexpm/elixir', TAG);
    const { chosen } = await choose({ pull: 'always' });
    expect(chosen).toMatchObject({ source: 'published', wanted: { digest } });
    expect(engine.calls).toEqual([]);
  });

  it('asks the listing at the address that the environment names, where the registry lists nothing', async () => {
    await errorOf(() => choose());
    expect(listing.requests.length).toBeGreaterThan(0);
  });
});

describe('chooseImage, of the official ones', () => {
  const OFFICIAL = '1.18.4-otp-27-slim';

  it('takes one where no other is there and it may, says so, and expects the system of it', async () => {
    const digest = putIndex('proxy/library/elixir', OFFICIAL);
    const { chosen, notes } = await choose({ officialImages: true });
    expect(chosen.source).toBe('official');
    expect(chosen.wanted).toEqual({
      ...{ reference: `${registry.host}/proxy/library/elixir:${OFFICIAL}`, digest, pull: 'missing', target },
    });
    expect(chosen.expected.system).toEqual(expect.objectContaining(BOOKWORM));
    expect(chosen.system).toBeUndefined();
    expect(notes).toEqual(['no hexpm/elixir image has these versions: asking for an official elixir image']);
  });

  it('takes none where a hexpm image is there', async () => {
    registry.putIndex('proxy/library/elixir', OFFICIAL, PLATFORMS);
    registry.putIndex('proxy/hexpm/elixir', TAG, PLATFORMS);
    const { chosen, notes } = await choose({ officialImages: true });
    expect([chosen.source, notes]).toEqual(['published', []]);
  });

  it('takes none where it may not', async () => {
    registry.putIndex('proxy/library/elixir', OFFICIAL, PLATFORMS);
    expect(await errorOf(() => choose())).toMatchObject({ code: 'no-such-image' });
    expect(registry.requests.map(({ url }) => url.pathname).join('\n')).not.toContain('library');
  });

  it('gives the error of the first search where there is no official one either', async () => {
    const error = await errorOf(() => choose({ officialImages: true }));
    expect(error).toMatchObject({ code: 'no-such-image', exitStatus: 4 });
    expect(error.message).toContain('proxy/hexpm/elixir image');
    expect(registry.requests.map(({ url }) => url.pathname).join('\n')).toContain('library/elixir');
  });

  it('takes none where it is not known what there is', async () => {
    // Not the same index: that would be damaged, too.
    registry.putIndex('proxy/library/elixir', OFFICIAL, ['linux/amd64']);
    registry.corrupt(registry.putIndex('proxy/hexpm/elixir', TAG, PLATFORMS));
    const error = await errorOf(() => choose({ officialImages: true }));
    expect(error.code).toBe('image-digest-mismatch');
  });
});

describe('chooseImage, of those that are made here', () => {
  const sum = (digit: string): string => digit.repeat(64);
  const files: Readonly<Record<string, string>> = {
    '/builds/otp/amd64/debian-12/builds.txt': `OTP-27.3.4.16 0 2025-01-01T00:00:00Z ${sum('1')}\n`,
    '/builds/elixir/builds.txt': `v1.18.4-otp-27 0 2025-01-01T00:00:00Z ${sum('2')}\n`,
  };
  let builds: Loopback;
  beforeAll(async () => {
    builds = await startLoopback(({ url }) => {
      const body = files[url.pathname];
      return body === undefined ? { status: 404 } : { status: 200, body };
    });
  });
  afterAll(async () => builds[Symbol.asyncDispose]());
  const env = (): Record<string, string> => ({ HEX_BUILDS_URL: `http://${builds.host}/` });

  it('plans one where no other is there and it may, says so, and pulls its system from the registry', async () => {
    const { chosen, notes } = await choose({ ownBase: true }, engine, env());
    expect(chosen.source).toBe('own');
    const { reference, digest, own } = chosen.wanted;
    expect(reference).toMatch(/^mix-release-base:1\.18\.4-erlang-27\.3\.4\.16-debian-bookworm-[0-9a-f]{12}$/);
    expect(digest).toContain(reference.slice(-12));
    expect(own?.system).toBe(`${registry.host}/proxy/library/debian:bookworm-slim`);
    expect(own?.parts.otp).toMatchObject({ compiles: false, sha256: sum('1') });
    expect(chosen.system).toBe('debian:bookworm, glibc 2.36 (from os)');
    expect(chosen.expected.system).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('own-base')]);
    expect((await choose({ ownBase: true }, engine, env())).chosen.wanted).toEqual(chosen.wanted);
  });

  it('plans another one where further authorities are trusted', async () => {
    const plain = await choose({ ownBase: true }, engine, env());
    const trusting = await choose({ ownBase: true }, engine, env(), { authorities: [AUTHORITY] });
    expect(trusting.chosen.wanted.own?.authorities).toEqual([AUTHORITY]);
    expect(trusting.chosen.wanted.digest).not.toBe(plain.chosen.wanted.digest);
    expect(trusting.chosen.wanted.reference).not.toBe(plain.chosen.wanted.reference);
  });

  it('takes one that is published before', async () => {
    putIndex('proxy/hexpm/elixir', TAG);
    expect((await choose({ ownBase: true }, engine, env())).chosen.source).toBe('published');
  });

  it('plans none unasked, and names the way', async () => {
    const error = await errorOf(() => choose({}, engine, env()));
    expect(error).toMatchObject({ code: 'no-such-image' });
    expect(error.next).toContain('own-base');
  });
});
