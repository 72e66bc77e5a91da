import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MixReleaseError } from '../../../src/errors.js';
import { findImage } from '../../../src/registry/find.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { catalogue } from '../../rig/listing/catalogue.js';
import { startLoopback, type Loopback } from '../../rig/listing/loopback.js';
import { startRegistry, type RegistryOptions } from '../../rig/listing/registry.js';
import { startListing, type Row } from '../../rig/listing/server.js';
import { imageQueryOf, versionOrder } from '../../rig/listing/queries.js';

const PUBLISHED = catalogue().filter(({ repo }) => repo === 'hexpm/elixir');
const isOf2026 = ({ built_at }: Row): boolean => built_at.startsWith('2026');

/** What stands where: whether the builder answers, and what a registry has and lists. */
const PLACES = {
  // Everything that is published can be pulled, and nothing is listed: as without a registry of one's own.
  published: { api: 'up', registry: 'full' },
  'API down': { api: 'down', registry: 'full' },
  'registry down': { api: 'up', registry: 'down' },
  'all down': { api: 'down', registry: 'down' },
  // Copies of what was published until 2025.
  'lagging, unlisted': { api: 'up', registry: 'lagging, unlisted' },
  lagging: { api: 'up', registry: 'lagging' },
  'lagging, API down': { api: 'down', registry: 'lagging' },
  // Lists the little that was pulled through it, and has everything.
  cache: { api: 'up', registry: 'cache' },
  'cache, API down': { api: 'down', registry: 'cache' },
  // All of it and lists it, but most images for amd64 only.
  'amd64 mirror': { api: 'down', registry: 'amd64' },
  'empty, API down': { api: 'down', registry: 'empty' },
} as const;

type Place = keyof typeof PLACES;

const CASES: readonly (readonly [imageQuery: string, place: Place, outcome: string])[] = [
  // exact pairs
  ['1.18.3 27.3.4.3 debian:trixie amd64', 'published', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
  ['1.18.3 27.3.4.3 debian:trixie arm64', 'published', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
  ['1.18.4 28.0.4 debian:bookworm amd64', 'published', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  ['1.18.4 27.3.4.16 debian:bookworm arm64', 'published', '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim'],
  ['1.18.4 27.3.4.3 debian:bookworm amd64', 'published', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'published', '1.20.3-erlang-29.0.5-debian-trixie-20260713-slim'],
  ['1.14.5 24.3.4.13 debian:buster amd64', 'published', '1.14.5-erlang-24.3.4.13-debian-buster-20230612-slim'],
  ['1.14.5 26.0.2 debian:bookworm amd64', 'published', '1.14.5-erlang-26.0.2-debian-bookworm-20230612-slim'],
  // slim or full, and the other where there is only that
  ['1.18.3 27.3.4.3 debian:trixie amd64 full', 'published', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929'],
  ['1.18.4 28.0.4 debian:bookworm amd64 full', 'published', '1.18.4-erlang-28.0.4-debian-bookworm-20250929'],
  ['1.18.4 28.0.4 debian:bullseye amd64 full', 'published', '1.18.4-erlang-28.0.4-debian-bullseye-20250929-slim'],
  // holes: no slim of the newest date, so the newest date without it
  ['1.18.4 27.3.4.3 debian:trixie amd64', 'published', '1.18.4-erlang-27.3.4.3-debian-trixie-20250929'],
  ['1.18.3 27.3.4.3 debian:bookworm amd64', 'published', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929'],
  // holes: the newest date for one architecture only
  ['1.17.3 27.3.4.3 debian:bookworm amd64', 'published', '1.17.3-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['1.17.3 27.3.4.3 debian:bookworm arm64', 'published', '1.17.3-erlang-27.3.4.3-debian-bookworm-20250908'],
  ['1.17.3 27.3.4.3 debian:trixie arm64', 'published', '1.17.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
  // any patch: highest Elixir, then highest OTP
  ['1.18.x 27.x debian:bookworm amd64', 'published', '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim'],
  ['1.18.x 27.3.4.3 debian:bookworm amd64', 'published', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['1.18.3 * debian:bookworm amd64', 'published', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929'],
  ['1.18.4 * debian:trixie amd64', 'published', '1.18.4-erlang-28.1-debian-trixie-20250929-slim'],
  ['1.18.4 * debian:bookworm amd64', 'published', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  ['1.x 26.x debian:bookworm amd64', 'published', '1.19.5-erlang-26.2.5.20-debian-bookworm-20260713-slim'],
  ['1.x 25.x debian:bookworm amd64', 'published', '1.18.4-erlang-25.3.2.21-debian-bookworm-20250929-slim'],
  ['1.x 24.x debian:bookworm amd64', 'published', '1.16.3-erlang-24.3.4.17-debian-bookworm-20241111-slim'],
  ['1.14.x 26.x debian:bookworm amd64', 'published', '1.14.5-erlang-26.2.5.6-debian-bookworm-20241111-slim'],
  ['1.17.x 27.1.x debian:bookworm amd64', 'published', '1.17.3-erlang-27.1.2-debian-bookworm-20241111-slim'],
  ['* 27.x debian:trixie arm64', 'published', '1.20.3-erlang-27.3.4.16-debian-trixie-20260713-slim'],
  ['* * debian:bookworm amd64', 'published', '1.20.3-erlang-29.0.5-debian-bookworm-20260713-slim'],
  // pre-releases only when asked for by name
  ['1.19.0-rc.0 28.1 debian:trixie amd64', 'published', '1.19.0-rc.0-erlang-28.1-debian-trixie-20250929-slim'],
  ['1.18.0-rc.0 27.1.2 debian:bookworm amd64', 'published', '1.18.0-rc.0-erlang-27.1.2-debian-bookworm-20241111-slim'],
  ['1.19.x 28.x debian:trixie amd64', 'published', '1.19.5-erlang-28.5.0.1-debian-trixie-20260713-slim'],
  // Ubuntu: no slim, and a second build on one day
  ['1.18.4 28.1 ubuntu:noble amd64', 'published', '1.18.4-erlang-28.1-ubuntu-noble-20250415.1'],
  ['1.16.3 26.2.5.6 ubuntu:jammy arm64', 'published', '1.16.3-erlang-26.2.5.6-ubuntu-jammy-20240911.1'],
  ['1.18.x 25.x ubuntu:jammy amd64', 'published', '1.18.4-erlang-25.3.2.21-ubuntu-jammy-20250819'],
  ['1.20.3 28.5.0.1 ubuntu:resolute arm64', 'published', '1.20.3-erlang-28.5.0.1-ubuntu-resolute-20260601'],
  // Alpine: patches compare as numbers
  ['1.20.3 29.0.5 alpine:3.23 amd64', 'published', '1.20.3-erlang-29.0.5-alpine-3.23.10'],
  ['1.18.x 27.x alpine:3.22 amd64', 'published', '1.18.4-erlang-27.3.4.16-alpine-3.22.4'],
  ['1.18.4 28.1 alpine:3.21 arm64', 'published', '1.18.4-erlang-28.1-alpine-3.21.4'],
  ['1.20.3 29.0.5 alpine:3.24 arm64', 'published', '1.20.3-erlang-29.0.5-alpine-3.24.1'],
  // several systems: the first that has what is asked, and only then the highest versions
  [
    '1.18.4 28.0.4 debian:bookworm,debian:trixie amd64',
    'published',
    '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim',
  ],
  [
    '1.18.4 28.0.4 debian:trixie,debian:bookworm amd64',
    'published',
    '1.18.4-erlang-28.0.4-debian-trixie-20250929-slim',
  ],
  ['1.18.4 28.1 debian:bookworm,debian:trixie amd64', 'published', '1.18.4-erlang-28.1-debian-trixie-20250929-slim'],
  ['1.18.x * debian:bookworm,debian:trixie amd64', 'published', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  ['* 24.x debian:buster,debian:bookworm amd64', 'published', '1.14.5-erlang-24.3.4.13-debian-buster-20230612-slim'],
  ['1.18.4 28.1 alpine:3.22,alpine:3.21 arm64', 'published', '1.18.4-erlang-28.1-alpine-3.21.4'],
  ['1.20.3 29.0.5 alpine:3.24,alpine:3.23 amd64', 'published', '1.20.3-erlang-29.0.5-alpine-3.23.10'],
  // a glibc floor: several operating systems
  [
    '1.18.4 28.1 debian:bookworm,ubuntu:jammy,debian:bullseye amd64',
    'published',
    '1.18.4-erlang-28.1-ubuntu-jammy-20250819',
  ],
  ['1.18.x 28.x debian:bookworm,ubuntu:jammy amd64', 'published', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  [
    '1.20.3 29.0.5 ubuntu:focal,debian:bullseye amd64',
    'published',
    '1.20.3-erlang-29.0.5-debian-bullseye-20260713-slim',
  ],
  ['1.14.5 25.3.2.5 ubuntu:focal,debian:bullseye arm64', 'published', '1.14.5-erlang-25.3.2.5-ubuntu-focal-20230605'],
  // nothing found
  ['1.14.4 26.0.2 debian:bookworm amd64', 'published', 'no-such-image'],
  ['1.18.4 28.1 debian:bookworm amd64', 'published', 'no-such-image'],
  ['1.18.4 28.1 alpine:3.22 arm64', 'published', 'no-such-image'],
  ['1.20.4 29.0.5 debian:trixie amd64', 'published', 'no-such-image'],
  ['1.19.0-rc.1 28.1 debian:trixie amd64', 'published', 'no-such-image'],
  ['1.1.x 27.x debian:trixie amd64', 'published', 'no-such-image'],
  ['1.20.3 24.x debian:trixie,ubuntu:noble amd64', 'published', 'no-such-image'],
  ['1.18.4 25.x alpine:3.24 amd64', 'published', 'no-such-image'],
  ['1.18.4 28.1 debian:buster,ubuntu:focal amd64', 'published', 'no-such-image'],
  // a mirror that lags behind: what it has counts, whether it says so or not
  ['1.18.x 27.x debian:bookworm amd64', 'lagging', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['1.18.x 27.x debian:bookworm amd64', 'lagging, API down', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['1.18.x 27.x debian:bookworm amd64', 'lagging, unlisted', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
  ['* * debian:bookworm,ubuntu:noble arm64', 'lagging', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'lagging', 'no-such-image'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'lagging, unlisted', 'no-such-image'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'lagging, API down', 'no-such-image'],
  // a cache: what it lists comes first, what it has and does not list after it
  ['1.18.x 27.x debian:bookworm amd64', 'cache', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250908'],
  ['1.18.x 27.x debian:bookworm amd64', 'cache, API down', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250908'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'cache', '1.20.3-erlang-29.0.5-debian-trixie-20260713-slim'],
  ['1.20.3 29.0.5 debian:trixie amd64', 'cache, API down', 'no-such-image'],
  // a mirror that copied one platform: the next image that has the other
  ['1.18.4 28.0.4 debian:bookworm amd64', 'amd64 mirror', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
  ['1.18.4 28.0.4 debian:bookworm arm64', 'amd64 mirror', '1.18.4-erlang-28.0.4-debian-bookworm-20250908'],
  ['1.18.4 28.0.4 ubuntu:jammy arm64', 'amd64 mirror', 'no-such-image'],
  // an outage is never a missing image
  ['1.18.3 27.3.4.3 debian:trixie amd64', 'API down', 'registry-outage'],
  ['1.99.0 99.0 debian:trixie amd64', 'API down', 'registry-outage'],
  ['1.18.3 27.3.4.3 debian:trixie amd64', 'registry down', 'registry-outage'],
  ['1.99.0 99.0 debian:trixie amd64', 'registry down', 'registry-outage'],
  ['1.18.3 27.3.4.3 debian:trixie amd64', 'all down', 'registry-outage'],
  ['1.18.3 27.3.4.3 debian:trixie amd64', 'empty, API down', 'registry-outage'],
];

const servers = new Map<string, Loopback & { readonly api?: string }>();

async function registryWith(name: string, rows: readonly Row[], options: RegistryOptions = {}): Promise<void> {
  const registry = await startRegistry({ challenge: 'bearer', ...options });
  for (const { tag, archs } of rows) {
    registry.putIndex(
      'proxy/hexpm/elixir',
      tag,
      archs.map((arch) => (arch === 'arm64' ? 'linux/arm64/v8' : `linux/${arch}`)),
    );
  }
  servers.set(name, registry);
}

beforeAll(async () => {
  const unlisted: RegistryOptions = { tagsReply: { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' } };
  const copied = PUBLISHED.filter((row) => !isOf2026(row));
  servers.set('api up', await startListing(catalogue()));
  servers.set('api down', await startLoopback(() => ({ status: 503 })));
  servers.set('down', await startLoopback(() => ({ status: 503 })));
  await registryWith('full', PUBLISHED, unlisted);
  await registryWith('lagging', copied);
  await registryWith('lagging, unlisted', copied, unlisted);
  await registryWith('cache', PUBLISHED, {
    listed: (tag) => tag.endsWith('bookworm-20250908') && tag.startsWith('1.18.3'),
  });
  await registryWith(
    'amd64',
    PUBLISHED.map((row) => (row.tag.endsWith('bookworm-20250908') ? row : { ...row, archs: ['amd64'] })),
  );
  await registryWith('empty', [], { tagsReply: { status: 200, body: '{"name":"proxy/hexpm/elixir","tags":null}' } });
});
afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
});

async function outcomeOf(words: string, place: Place): Promise<string> {
  const { api, registry } = PLACES[place];
  const options = {
    api: `http://${servers.get(`api ${api}`)?.host ?? ''}/api/docker`,
    registry: `${servers.get(registry)?.host ?? ''}/proxy`,
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
  try {
    return (await findImage(imageQueryOf(words), versionOrder, options)).reference.tag ?? '';
  } catch (error) {
    if (error instanceof MixReleaseError) return error.code;
    throw error;
  }
}

test.each(CASES)('%s, %s: %s', async (words, place, outcome) => {
  expect(await outcomeOf(words, place)).toBe(outcome);
});
