/** A published workflow artifact. */
export interface PublishedArtifact {
  readonly name: string;
  readonly id: number;
  readonly url: string;
  /** SHA-256 of the artifact, 64 hex digits, where the service gave one. */
  readonly digest: string;
}

/** What is published of one release. */
export interface Publication {
  /** `NAME-VERSION-TRIPLE`. */
  readonly name: string;
  /** Absolute paths of files that lie in one directory. */
  readonly files: readonly string[];
}

export type Publish = (publications: readonly Publication[]) => Promise<readonly PublishedArtifact[]>;
