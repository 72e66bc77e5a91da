import type { RuntimeRequirements, SymbolFloor } from '../audit/report.js';
import type { Libc } from '../targets/table.js';

/** What a tarball's machine has to have, as an index of tarballs tells it. */
export interface TarballNeeds {
  readonly libc: Libc;
  /** Oldest glibc that it runs on, such as `2.36`; null for musl, and for a release without machine code. */
  readonly glibc: string | null;
  /** Names of the shared libraries that it loads and does not bring, sorted. */
  readonly libraries: readonly string[];
  /** Packages with these libraries, by families of systems, sorted. */
  readonly packages: Readonly<Record<'debian' | 'ubuntu' | 'rhel' | 'alpine', readonly string[]>>;
}

/**
 * What `NAME-VERSION-TRIPLE.json` beside a tarball says: enough to make an index of tarballs that were built on other
 * machines, without unpacking them and without an engine. Nothing in it changes from build to build of the same bytes.
 */
export interface TarballFacts extends TarballNeeds {
  /** Of this shape; a change that readers would not understand makes it one more. */
  readonly schema: 1;
  readonly name: string;
  readonly version: string;
  readonly target: string;
  /** File name of the tarball, which lies beside. */
  readonly file: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly otp: string;
  readonly elixir: string;
  readonly erts: string;
  readonly image: string;
  readonly imageDigest: string;
}

/** How the name of a tarball ends. */
export const TARBALL = /\.tar\.(?:gz|zst)$/;

/** The file of facts that lies beside a tarball, by the tarball's path. */
export function factsPath(tarball: string): string {
  return tarball.replace(TARBALL, '.json');
}

export function factsText(facts: TarballFacts): string {
  return `${JSON.stringify(facts, null, 2)}\n`;
}

/** What a builder says of itself, as far as it bounds where its releases run. */
export interface BuiltWith {
  readonly libc: string;
  readonly libcVersion: string;
}

/** What an audit found, as far as the machine of a release has to know it. */
export interface Audited {
  readonly floor: SymbolFloor;
  readonly requirements: RuntimeRequirements;
}

const NONE: RuntimeRequirements = { libraries: [], debian: [], ubuntu: [], rhel: [], alpine: [] };

/**
 * What a release needs. The floor is the one that its files really have; without an audit it is the builder's own glibc,
 * which is never too low.
 */
export function needsOf({ libc, libcVersion }: BuiltWith, audit: Audited | undefined): TarballNeeds {
  const { libraries, debian, ubuntu, rhel, alpine } = audit?.requirements ?? NONE;
  return {
    libc: libc === 'musl' ? 'musl' : 'glibc',
    glibc: libc === 'musl' ? null : audit ? (audit.floor.glibc ?? null) : libcVersion,
    libraries,
    packages: { debian, ubuntu, rhel, alpine },
  };
}

const TEXTS = ['name', 'version', 'target', 'file', 'sha256', 'otp', 'elixir', 'erts', 'image', 'imageDigest'] as const;

/** The facts in a text, or why it holds none. */
export function parseFacts(text: string): TarballFacts | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isRecord(value)) return 'it is no JSON object';
  if (value.schema !== 1) return `its schema is ${JSON.stringify(value.schema)}, and only 1 is known`;
  const missing = TEXTS.find((name) => typeof value[name] !== 'string' || value[name] === '');
  if (missing !== undefined) return `it has no text for ${missing}`;
  if (!/^[0-9a-f]{64}$/.test(String(value.sha256))) return 'its sha256 has not 64 hex digits';
  if (!Number.isSafeInteger(value.size)) return 'its size is no whole number';
  return hasNeeds(value)
    ? (value as unknown as TarballFacts)
    : 'what it says of libc, glibc, libraries and packages cannot be read';
}

function hasNeeds({ libc, glibc, libraries, packages }: Readonly<Record<string, unknown>>): boolean {
  const floor = glibc === null || (libc === 'glibc' && typeof glibc === 'string' && /^\d+(\.\d+)+$/.test(glibc));
  return (
    (libc === 'musl' || libc === 'glibc') &&
    floor &&
    areNames(libraries) &&
    isRecord(packages) &&
    Object.values(packages).every(areNames)
  );
}

const areNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/.test(name));

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
