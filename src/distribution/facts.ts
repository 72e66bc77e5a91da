import * as v from 'valibot';
import type { RuntimeRequirements, SymbolFloor } from '../audit/report.js';
import { parseJson } from '../json.js';

/** The name of a file beside a tarball: never a path. */
const FILE = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_+-][A-Za-z0-9._+-]*$/));
const SHA256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const TEXT = v.pipe(v.string(), v.nonEmpty());
/** Any name: a file's compiler chose the names of its libraries. */
const LIBRARIES = v.pipe(v.array(TEXT), v.readonly());
/** Names for apt, dnf and apk, including capabilities such as `libpq.so.5()(64bit)` or `so:libpq.so.5`. */
const PACKAGES = v.pipe(
  v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9+._:~-]*(?:\([A-Za-z0-9._+:-]*\))*$/))),
  v.readonly(),
);

/** The file format, for writing and reading. */
const FACTS_SCHEMA = v.pipe(
  v.object({
    /** The version of this format; a change that breaks readers increments it. */
    schema: v.literal(1),
    name: TEXT,
    version: TEXT,
    target: TEXT,
    /** File name of the tarball, in the same directory. */
    file: TEXT,
    /** 64 lowercase hex digits. */
    sha256: SHA256,
    /** Bytes. */
    size: v.pipe(v.number(), v.safeInteger('its size is no whole number'), v.minValue(0)),
    libc: v.picklist(['glibc', 'musl']),
    /** The oldest glibc that it runs with, such as `2.36`; null for musl, and for a release without native binaries. */
    glibc: v.nullable(v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)+$/))),
    /** Names of the shared libraries that it loads but does not contain, sorted. */
    libraries: LIBRARIES,
    /** Data of the system that it reads, sorted; facts of earlier versions do not say. */
    data: v.optional(v.pipe(v.array(v.picklist(['ca-certificates', 'time-zones'])), v.readonly())),
    /** Packages with these libraries and this data, by system family, sorted. */
    packages: v.pipe(v.object({ debian: PACKAGES, ubuntu: PACKAGES, rhel: PACKAGES, alpine: PACKAGES }), v.readonly()),
    otp: TEXT,
    elixir: TEXT,
    erts: TEXT,
    image: TEXT,
    imageDigest: TEXT,
    /** How it was built; natively where it is missing. */
    method: v.optional(v.picklist(['native', 'cross', 'emulate'])),
    /** The list of what is inside, in the same directory; missing where none was made. */
    sbom: v.optional(v.pipe(v.object({ file: FILE, sha256: SHA256 }), v.readonly())),
    /** `not-run` where its smoke test could not be run. */
    smoke: v.optional(v.literal('not-run')),
  }),
  v.check(({ libc, glibc }) => libc === 'glibc' || glibc === null, 'it is for musl and names a glibc'),
  v.readonly(),
);

/**
 * The contents of `NAME-VERSION-TRIPLE.json` next to a tarball: enough to index tarballs from other machines without
 * unpacking them and without an engine. Builds of the same bytes have the same facts.
 */
export type TarballFacts = v.InferOutput<typeof FACTS_SCHEMA>;

/** What a machine must have to run a tarball's release. */
export type TarballNeeds = Pick<TarballFacts, 'libc' | 'glibc' | 'libraries' | 'data' | 'packages'>;

/** The end of a tarball's name. */
export const TARBALL = /\.tar\.(?:gz|zst)$/;

/** The path of the facts next to a tarball. */
export function factsPath(tarball: string): string {
  return tarball.replace(TARBALL, '.json');
}

export function factsText(facts: TarballFacts): string {
  return `${JSON.stringify(facts, null, 2)}\n`;
}

/** The part of a builder's probe that limits where its releases run. */
export interface BuilderLibc {
  readonly libc: string;
  readonly libcVersion: string;
}

/** The part of an audit report that says where a release runs. */
export interface AuditResult {
  readonly floor: SymbolFloor;
  readonly requirements: RuntimeRequirements;
}

const NONE: Omit<RuntimeRequirements, 'derived'> = {
  ...{ libraries: [], data: [], debian: [], ubuntu: [], rhel: [], alpine: [] },
};

/**
 * What a release needs. The floor comes from its files; without an audit it is the builder's own glibc, which is never too
 * low.
 */
export function needsOf({ libc, libcVersion }: BuilderLibc, audit: AuditResult | undefined): TarballNeeds {
  const { libraries, data, debian, ubuntu, rhel, alpine } = audit?.requirements ?? NONE;
  return {
    libc: libc === 'musl' ? 'musl' : 'glibc',
    glibc: libc === 'musl' ? null : audit ? (audit.floor.glibc ?? null) : libcVersion,
    libraries,
    data: data.map(({ kind }) => kind).sort(),
    packages: { debian, ubuntu, rhel, alpine },
  };
}

/** The facts in a text, or why it has none. */
export function parseFacts(text: string): TarballFacts | string {
  const parsed = parseJson(FACTS_SCHEMA, text);
  return 'value' in parsed ? parsed.value : parsed.why;
}
