import type { Row } from './server.js';

/**
 * A listing in the shape of the builder's: the tag names, the pairs and the holes are of the kinds that it has, the
 * dates are made up.
 */
interface Pair {
  readonly elixir: string;
  readonly otps: readonly string[];
  /** When it was built, which decides the operating systems: only their newest builds get new images. */
  readonly era: Era;
}

type Era = '2023' | '2024' | '2025' | '2026';

const PAIRS: readonly Pair[] = [
  { elixir: '1.14.5', otps: ['24.3.4.13', '25.3.2.5', '26.0.2'], era: '2023' },
  { elixir: '1.14.5', otps: ['24.3.4.17', '25.3.2.15', '26.2.5.6'], era: '2024' },
  { elixir: '1.15.8', otps: ['24.3.4.17', '25.3.2.15', '26.2.5.6'], era: '2024' },
  { elixir: '1.16.3', otps: ['24.3.4.17', '25.3.2.15', '26.2.5.6'], era: '2024' },
  { elixir: '1.17.3', otps: ['25.3.2.15', '26.2.5.6', '27.1.2'], era: '2024' },
  { elixir: '1.17.3', otps: ['27.3.4.3'], era: '2025' },
  { elixir: '1.18.0-rc.0', otps: ['27.1.2'], era: '2024' },
  { elixir: '1.18.3', otps: ['25.3.2.21', '26.2.5.15', '27.3.4.3'], era: '2025' },
  { elixir: '1.18.4', otps: ['25.3.2.21', '26.2.5.15', '27.3.4.2', '27.3.4.3', '28.0.4', '28.1'], era: '2025' },
  { elixir: '1.18.4', otps: ['27.3.4.16'], era: '2026' },
  { elixir: '1.19.0-rc.0', otps: ['27.3.4.3', '28.1'], era: '2025' },
  { elixir: '1.19.5', otps: ['26.2.5.20', '27.3.4.16', '28.5.0.1'], era: '2026' },
  { elixir: '1.20.3', otps: ['27.3.4.16', '28.5.0.1', '29.0.5'], era: '2026' },
];

const SYSTEMS: Readonly<Record<Era, readonly string[]>> = {
  '2023': [
    'debian-buster-20230612-slim',
    'debian-bullseye-20230612',
    'debian-bullseye-20230612-slim',
    'debian-bookworm-20230612',
    'debian-bookworm-20230612-slim',
    'ubuntu-focal-20230605',
    'ubuntu-jammy-20230605',
    'alpine-3.17.4',
    'alpine-3.18.2',
  ],
  '2024': [
    'debian-bullseye-20241111',
    'debian-bullseye-20241111-slim',
    'debian-bookworm-20241111',
    'debian-bookworm-20241111-slim',
    'ubuntu-jammy-20240911.1',
    'ubuntu-noble-20241015',
    'alpine-3.19.4',
    'alpine-3.20.3',
  ],
  '2025': [
    'debian-bullseye-20250929-slim',
    'debian-bookworm-20250908',
    'debian-bookworm-20250929',
    'debian-bookworm-20250929-slim',
    'debian-trixie-20250908-slim',
    'debian-trixie-20250929',
    'debian-trixie-20250929-slim',
    'ubuntu-jammy-20250819',
    'ubuntu-noble-20250415',
    'ubuntu-noble-20250415.1',
    'alpine-3.21.4',
    'alpine-3.22.1',
  ],
  '2026': [
    'debian-bullseye-20260713-slim',
    'debian-bookworm-20260713',
    'debian-bookworm-20260713-slim',
    'debian-trixie-20260713',
    'debian-trixie-20260713-slim',
    'ubuntu-jammy-20260627',
    'ubuntu-noble-20260627',
    'ubuntu-resolute-20260601',
    'alpine-3.21.6',
    'alpine-3.22.4',
    'alpine-3.23.3',
    'alpine-3.23.10',
    'alpine-3.24.1',
  ],
};

/** Tags that were never built, or not for both architectures. */
const HOLES: readonly { readonly tag: RegExp; readonly archs: readonly string[] }[] = [
  { tag: /^1\.18\.4-erlang-28\.1-debian-bookworm-/, archs: [] },
  { tag: /^1\.18\.4-erlang-27\.3\.4\.3-debian-trixie-20250929-slim$/, archs: [] },
  { tag: /^1\.18\.3-erlang-27\.3\.4\.3-debian-bookworm-20250929-slim$/, archs: [] },
  { tag: /^1\.17\.3-erlang-27\.3\.4\.3-debian-bookworm-20250929/, archs: ['amd64'] },
  { tag: /^1\.18\.4-erlang-28\.1-alpine-3\.22\.1$/, archs: ['amd64'] },
  { tag: /^1\.20\.3-erlang-29\.0\.5-alpine-3\.24\.1$/, archs: ['arm64'] },
  { tag: /^1\.14\.5-erlang-26\.0\.2-alpine-/, archs: [] },
];

/** Old OTPs do not build against the newest systems. */
const TOO_NEW = /-erlang-2[45]\..*-(?:ubuntu-resolute-|alpine-3\.2[34]\.)/;

/** The rows of `hexpm/elixir` and of the staging repository that a prefix also finds, newest first. */
export function catalogue(): readonly Row[] {
  const rows = PAIRS.flatMap(({ elixir, otps, era }) =>
    otps.flatMap((otp) =>
      SYSTEMS[era].flatMap((system, index): readonly Row[] => {
        const tag = `${elixir}-erlang-${otp}-${system}`;
        if (TOO_NEW.test(tag)) return [];
        const archs = HOLES.find((hole) => hole.tag.test(tag))?.archs ?? ['amd64', 'arm64'];
        const built = `${era}-11-${String(index + 10)}T13:00:30.476813Z`;
        return archs.length === 0 ? [] : [{ repo: 'hexpm/elixir', tag, archs, built_at: built }];
      }),
    ),
  );
  const staged = rows
    .filter(({ tag }) => tag.startsWith('1.20.3-'))
    .map((row) => ({ ...row, repo: 'hexpm/elixir-amd64', tag: row.tag.replace('1.20.3', '1.20.4'), archs: ['amd64'] }));
  return [...rows, ...staged].sort((left, right) => right.built_at.localeCompare(left.built_at));
}
