import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { factsPath, factsText, needsOf, type TarballFacts } from '../../distribution/facts.js';
import { outputError } from '../../package/output.js';
import type { BuiltRelease } from '../../pipeline/result.js';

/** What the file beside a tarball says, for an index that is made without this machine. */
function factsOf(release: BuiltRelease): TarballFacts {
  const { name, version, target, tarball, sha256, size, otp, elixir, erts, image, imageDigest, probe, audit } = release;
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
  };
}

/**
 * Writes `NAME-VERSION-TRIPLE.json` beside each tarball.
 *
 * @throws MixReleaseError from the output directory
 */
export async function writeFacts(releases: readonly BuiltRelease[]): Promise<void> {
  for (const release of releases) {
    const place = factsPath(release.tarball);
    try {
      await writeFile(place, factsText(factsOf(release)));
    } catch (error) {
      throw outputError(error, path.dirname(place));
    }
  }
}
