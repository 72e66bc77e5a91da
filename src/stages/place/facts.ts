import path from 'node:path';
import { needsOf, type TarballFacts } from '../../distribution/facts.js';
import type { BuiltRelease } from '../../pipeline/result.js';
import type { Listed } from '../sbom/stage.js';

/**
 * What the file beside a tarball says, for an index that is made on another machine.
 *
 * @param sbom - the list of what is inside; undefined where none was made
 */
export function factsOf(release: BuiltRelease, sbom: Listed['sbom'] | undefined): TarballFacts {
  const {
    name,
    version,
    target,
    tarball,
    sha256,
    size,
    otp,
    elixir,
    erts,
    image,
    imageDigest,
    probe,
    audit,
    method,
    smoke,
  } = release;
  return {
    schema: 1,
    name,
    version,
    target,
    file: path.basename(tarball),
    sha256,
    size,
    ...needsOf(probe, audit ?? undefined),
    otp,
    elixir,
    erts,
    image,
    imageDigest,
    ...(method !== 'native' && { method }),
    ...(sbom && { sbom: { file: path.basename(sbom.path), sha256: sbom.sha256 } }),
    ...(smoke?.test === 'not-run' && { smoke: 'not-run' as const }),
  };
}
