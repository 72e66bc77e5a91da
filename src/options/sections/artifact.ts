import { readOption } from '../read.js';
import type { RawOptions } from '../table.js';

/** How the tarballs are published as workflow artifacts. */
export interface ArtifactRequest {
  /** One name for all tarballs; undefined for one artifact a release, named after it. */
  readonly name: string | undefined;
  /** Days; undefined for the repository's setting. */
  readonly retentionDays: number | undefined;
  /** zlib's level. */
  readonly compressionLevel: number;
  readonly overwrite: boolean;
}

/** @throws MixReleaseError `bad-option` */
export function readArtifact(raw: RawOptions): ArtifactRequest {
  return {
    name: readOption('artifact-name', raw),
    retentionDays: readOption('retention-days', raw),
    compressionLevel: readOption('compression-level', raw),
    overwrite: readOption('overwrite', raw),
  };
}
