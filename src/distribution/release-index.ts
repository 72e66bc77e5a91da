import { compareText } from '../compare-text.js';
import type { TarballFacts } from './facts.js';

/** One tarball in an index: its facts without those that the index has above it. */
export type IndexedTarball = Omit<TarballFacts, 'schema' | 'name' | 'version' | 'target'>;

/** One release of a project, with a tarball for each target. */
export interface IndexedRelease {
  readonly name: string;
  readonly version: string;
  /** By target triple, sorted. */
  readonly targets: Readonly<Record<string, IndexedTarball>>;
}

/** `release.json`: the tarballs by target. `docs/release.schema.json` describes it for other programs. */
export interface ReleaseIndex {
  readonly version: 1;
  /** The commit that everything was built from; null if unknown. */
  readonly commit: string | null;
  /** By name. */
  readonly releases: readonly IndexedRelease[];
}

/** Two tarballs that cannot be in one index; `what` is the reason. */
export interface Conflict {
  readonly what: string;
}

/** The index of tarballs, or two that conflict. The order of the facts does not matter. */
export function releaseIndex(facts: readonly TarballFacts[], commit: string | null): ReleaseIndex | Conflict {
  const sorted = [...facts].sort((a, b) => compareText(a.name, b.name) || compareText(a.target, b.target));
  const conflict = sorted.flatMap((one, at) => conflictOf(one, sorted[at + 1]))[0];
  if (conflict) return conflict;
  const names = [...new Set(sorted.map(({ name }) => name))];
  return {
    version: 1,
    commit,
    releases: names.map((name) => {
      const tarballs = sorted.filter((each) => each.name === name);
      return { name, version: tarballs[0]?.version ?? '', targets: Object.fromEntries(tarballs.map(indexEntry)) };
    }),
  };
}

function conflictOf(one: TarballFacts, next: TarballFacts | undefined): readonly Conflict[] {
  if (next?.name !== one.name) return [];
  if (next.target === one.target) {
    return [{ what: `${one.file} and ${next.file} are both ${one.name} for ${one.target}` }];
  }
  if (next.version === one.version) return [];
  return [{ what: `${one.file} and ${next.file} are of different versions of ${one.name}` }];
}

function indexEntry({ target, ...facts }: TarballFacts): readonly [string, IndexedTarball] {
  const {
    file,
    sha256,
    size,
    libc,
    glibc,
    libraries,
    data,
    packages,
    otp,
    elixir,
    erts,
    image,
    imageDigest,
    smoke,
    sbom,
  } = facts;
  const needs = { libc, glibc, libraries, ...(data && { data }), packages };
  const more = { ...(sbom && { sbom }), ...(smoke && { smoke }) };
  return [target, { file, sha256, size, ...needs, otp, elixir, erts, image, imageDigest, ...more }];
}

export function indexText(index: ReleaseIndex): string {
  return `${JSON.stringify(index, null, 2)}\n`;
}

/** A file and its digest. */
export interface Checksum {
  readonly file: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
}

/** `checksums.txt`, as `sha256sum --check` reads it, by file name. */
export function checksumsText(checksums: readonly Checksum[]): string {
  return [...checksums]
    .sort((a, b) => compareText(a.file, b.file))
    .map(({ file, sha256 }) => `${sha256}  ${file}\n`)
    .join('');
}
