import { writeFile } from 'node:fs/promises';
import { factsText } from '../../distribution/facts.js';
import { outputError } from '../../package/output.js';
import { checksumText } from '../../package/tarball.js';
import type { BuiltRelease } from '../../pipeline/result.js';
import type { Run } from '../../pipeline/run.js';
import { TARGET_OUTPUTS } from './target-outputs.js';
import type { Stage } from '../../pipeline/stage.js';
import { megabytes } from '../../megabytes.js';
import { builtRelease, type ReleaseParts } from './built-release.js';
import { factsOf } from './facts.js';

/** The releases whose files are in their places. */
export interface Placed {
  readonly built: readonly BuiltRelease[];
  readonly cookieStripped: boolean;
}

/** Moves all files of the run into their places together, tarballs last, or none of them. */
export const place: Stage<'place', { readonly releases: readonly ReleaseParts[] }, Placed> = {
  name: 'place',
  does: 'Moves all files into their places together, tarballs last, or none of them.',
  run: async ({ releases }, run) => {
    const built = [];
    for (const parts of releases) built.push(await finish(parts, run));
    await run.files.place(run.signal);
    run.placed();
    return { built, cookieStripped: run.request.cookie === 'strip' };
  },
  notes: (gave) =>
    gave.cookieStripped ? ['releases/COOKIE was left out: set RELEASE_COOKIE where the release runs'] : [],
  outputs: {
    ...TARGET_OUTPUTS,
    tarball: {
      summary: 'Absolute path of the tarball; with several releases, one per line.',
      common: true,
      value: ({ built }) => built.map(({ tarball }) => tarball).join('\n'),
    },
    sha256: {
      summary: 'SHA-256 of the tarball in hex; with several releases, one per line.',
      common: true,
      value: ({ built }) => built.map(({ sha256 }) => sha256).join('\n'),
    },
  },
  summary: ({ built }, at) => {
    const release = built[at];
    if (!release) return { rows: [] };
    const { target, method, image, imageDigest, otp, elixir, probe } = release;
    return {
      first: true,
      rows: [
        ['Target', method === 'native' ? target : `${target} (method: ${method})`],
        ['Image', image],
        ['Image digest', imageDigest],
        ['OTP', otp],
        ['Elixir', elixir],
        ['C library of the builder', `${probe.libc} ${probe.libcVersion}`.trim()],
        ['Size', megabytes(release.size)],
        ['SHA-256', release.sha256],
      ],
    };
  },
  errors: [],
};

/** Waits for the tarball of a release, and makes what lies beside it. */
async function finish(parts: ReleaseParts, { request, files, seconds }: Run): Promise<BuiltRelease> {
  const tarball = await parts.packing;
  const checksum = files.add(files.file('checksum', parts.packageName));
  const index = files.add(files.file('facts', parts.packageName));
  const release = builtRelease(parts, tarball, files, seconds);
  try {
    await writeFile(checksum.made, checksumText(tarball));
    await writeFile(index.made, factsText(factsOf(release, parts.sbom)));
  } catch (error) {
    throw outputError(error, request.output);
  }
  return release;
}
