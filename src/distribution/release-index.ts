import type { TarballFacts } from './facts.js';

/** One tarball in an index: its facts without what the place in the index says. */
export type IndexedTarball = Omit<TarballFacts, 'schema' | 'name' | 'version' | 'target'>;

/** One release of a project, for every target that it was built for. */
export interface IndexedRelease {
  readonly name: string;
  readonly version: string;
  /** By target triple, sorted. */
  readonly targets: Readonly<Record<string, IndexedTarball>>;
}

/** `release.json`: which tarball is for which machine. `docs/release.schema.json` describes it for other programs. */
export interface ReleaseIndex {
  readonly version: 1;
  /** Commit that everything was built from; null where nobody said. */
  readonly commit: string | null;
  /** By name. */
  readonly releases: readonly IndexedRelease[];
}

/** Two tarballs that cannot be in one index; `what` says why. */
export interface Clash {
  readonly what: string;
}

/** The index of tarballs, or the two that do not go together. The order of the facts does not matter. */
export function releaseIndex(facts: readonly TarballFacts[], commit: string | null): ReleaseIndex | Clash {
  const sorted = [...facts].sort((a, b) => order(a.name, b.name) || order(a.target, b.target));
  const clash = sorted.flatMap((one, at) => clashOf(one, sorted[at + 1]))[0];
  if (clash) return clash;
  const names = [...new Set(sorted.map(({ name }) => name))];
  return {
    version: 1,
    commit,
    releases: names.map((name) => {
      const tarballs = sorted.filter((each) => each.name === name);
      return { name, version: tarballs[0]?.version ?? '', targets: Object.fromEntries(tarballs.map(indexed)) };
    }),
  };
}

function clashOf(one: TarballFacts, next: TarballFacts | undefined): readonly Clash[] {
  if (next?.name !== one.name) return [];
  if (next.target === one.target) {
    return [{ what: `${one.file} and ${next.file} are both ${one.name} for ${one.target}` }];
  }
  if (next.version === one.version) return [];
  return [{ what: `${one.file} and ${next.file} are of different versions of ${one.name}` }];
}

function indexed({ target, ...facts }: TarballFacts): readonly [string, IndexedTarball] {
  const { file, sha256, size, libc, glibc, libraries, packages, otp, elixir, erts, image, imageDigest } = facts;
  return [target, { file, sha256, size, libc, glibc, libraries, packages, otp, elixir, erts, image, imageDigest }];
}

export function indexText(index: ReleaseIndex): string {
  return `${JSON.stringify(index, null, 2)}\n`;
}

/** A file and its digest. */
export interface Sum {
  readonly file: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
}

/** `checksums.txt`, as `sha256sum --check` reads it, by file name. */
export function checksumsText(sums: readonly Sum[]): string {
  return [...sums]
    .sort((a, b) => order(a.file, b.file))
    .map(({ file, sha256 }) => `${sha256}  ${file}\n`)
    .join('');
}

/** By code points: the same on every machine. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
