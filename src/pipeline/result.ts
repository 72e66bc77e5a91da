import type { AuditReport } from '../audit/report.js';
import type { Image } from '../builder/image.js';
import type { Probe } from '../builder/probe.js';
import type { SmokeReport } from '../smoke/report.js';
import type { Target } from '../targets/table.js';
import type { CacheHit } from '../stages/cache/restore.js';
import { reportFile, type Placed } from '../stages/fetch/fetch.js';
import type { Stage } from './run.js';

/** One release, built and packed: an entry of the `releases` that `--json` prints. */
export interface BuiltRelease {
  readonly name: string;
  readonly version: string;
  readonly target: string;
  /** Absolute path. */
  readonly tarball: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** Absolute path of the unpacked release. */
  readonly directory: string;
  readonly otp: string;
  readonly elixir: string;
  readonly erts: string;
  readonly image: string;
  /** Digest of the base image's manifest; its identifier in the engine where no registry gave one. */
  readonly imageDigest: string;
  /** What the builder said of itself. */
  readonly probe: Probe;
  /** What the audit found; null where there was none. */
  readonly audit: AuditReport | null;
  /** Absolute path of the file that has the report; null where there was no audit. */
  readonly auditReport: string | null;
  /** What its smoke test did; undefined where none was asked for. */
  readonly smoke: SmokeReport | undefined;
  /** Seconds by stage, of the whole run. */
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
}

/** A published workflow artifact. */
export interface PublishedArtifact {
  readonly name: string;
  readonly id: number;
  readonly url: string;
  /** SHA-256 of the artifact, 64 hex digits, where the service gave one. */
  readonly digest: string;
}

export interface BuildResult {
  /** Undefined where no store of states was asked. */
  readonly cacheHit?: CacheHit | undefined;
  readonly releases: readonly BuiltRelease[];
  readonly artifacts: readonly PublishedArtifact[];
}

/** What all releases of a run have in common. */
export interface RunFacts {
  readonly target: Target;
  readonly probe: Probe;
  readonly image: Image;
  /** Of each release, in their order; none where none was asked for. */
  readonly smokes: readonly SmokeReport[];
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
}

/** Releases that are in their places, as they are told to people and programs. */
export function builtReleases(placed: readonly Placed[], run: RunFacts): readonly BuiltRelease[] {
  return placed.map(({ facts, path, sha256, size, directory, audit }, at) => ({
    name: facts.name,
    version: facts.version,
    target: run.target.triple,
    tarball: path,
    sha256,
    size,
    directory,
    otp: run.probe.otp,
    elixir: run.probe.elixir,
    erts: facts.erts,
    image: run.image.reference,
    imageDigest: run.image.digest,
    probe: run.probe,
    audit: audit ?? null,
    auditReport: audit ? reportFile(directory) : null,
    smoke: run.smokes[at],
    seconds: run.seconds,
  }));
}
