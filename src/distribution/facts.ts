import * as v from 'valibot';
import type { RuntimeRequirements, SymbolFloor } from '../audit/report.js';
import { parseJson } from '../json.js';

const TEXT = v.pipe(v.string(), v.nonEmpty());
/** Whoever compiled a file chose what its libraries are called: any name is one. */
const LIBRARIES = v.pipe(v.array(TEXT), v.readonly());
/** What apt, dnf and apk take for a name: a capability such as `libpq.so.5()(64bit)` or `so:libpq.so.5` as well. */
const PACKAGES = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9+._:~-]*(?:\([A-Za-z0-9._+:-]*\))*$/))),
  v.readonly(),
);

/** What is written, and what is read. */
const FACTS = v.pipe(
  v.object({
    /** Of this shape; a change that readers would not understand makes it one more. */
    schema: v.literal(1),
    name: TEXT,
    version: TEXT,
    target: TEXT,
    /** File name of the tarball, which lies beside. */
    file: TEXT,
    /** 64 lowercase hex digits. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    /** Bytes. */
    size: v.pipe(v.number(), v.safeInteger('its size is no whole number'), v.minValue(0)),
    libc: v.picklist(['glibc', 'musl']),
    /** Oldest glibc that it runs on, such as `2.36`; null for musl, and for a release without machine code. */
    glibc: v.nullable(v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)+$/))),
    /** Names of the shared libraries that it loads and does not bring, sorted. */
    libraries: LIBRARIES,
    /** Packages with these libraries, by families of systems, sorted. */
    packages: v.pipe(v.object({ debian: PACKAGES, ubuntu: PACKAGES, rhel: PACKAGES, alpine: PACKAGES }), v.readonly()),
    otp: TEXT,
    elixir: TEXT,
    erts: TEXT,
    image: TEXT,
    imageDigest: TEXT,
  }),
  v.check(({ libc, glibc }) => libc === 'glibc' || glibc === null, 'it is for musl and names a glibc'),
  v.readonly(),
);

/**
 * What `NAME-VERSION-TRIPLE.json` beside a tarball says: enough to make an index of tarballs that were built on other
 * machines, without unpacking them and without an engine. Nothing in it changes from build to build of the same bytes.
 */
export type TarballFacts = v.InferOutput<typeof FACTS>;

/** What a tarball's machine has to have, as an index of tarballs says it. */
export type TarballNeeds = Pick<TarballFacts, 'libc' | 'glibc' | 'libraries' | 'packages'>;

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

/** The facts in a text, or why it holds none. */
export function parseFacts(text: string): TarballFacts | string {
  const parsed = parseJson(FACTS, text);
  return 'value' in parsed ? parsed.value : parsed.why;
}
