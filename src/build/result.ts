import type { Stage } from './stages.js';

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
  readonly releases: readonly BuiltRelease[];
  readonly artifacts: readonly PublishedArtifact[];
}
