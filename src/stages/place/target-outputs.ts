import type { BuiltRelease } from '../../pipeline/result.js';
import type { Output } from '../../pipeline/stage.js';

/** Releases that were built. */
interface Built {
  readonly built: readonly BuiltRelease[];
}

/** One line a target, in the order of targets. */
function ofTargets(summary: string, value: (release: BuiltRelease) => string): Output<Built> {
  return {
    summary: `${summary}; with several targets, one per line.`,
    value: ({ built }) => {
      const first = built.filter((release, at) => built.findIndex(({ target }) => target === release.target) === at);
      return first.map((release) => value(release)).join('\n');
    },
  };
}

/** Outputs that are the same for all releases of a target. */
export const TARGET_OUTPUTS: Readonly<Record<string, Output<Built>>> = {
  target: ofTargets('Target triple that the release was built for', ({ target }) => target),
  method: ofTargets('Method of the build: native, cross or emulate', ({ method }) => method),
  image: ofTargets('Base image that the release was built in', ({ image }) => image),
  'image-digest': ofTargets('Digest of the base image', ({ imageDigest }) => imageDigest),
  'otp-version': ofTargets('OTP version of the builder, such as 27.3.4.1', ({ otp }) => otp),
  'elixir-version': ofTargets('Elixir version of the builder', ({ elixir }) => elixir),
  libc: ofTargets('C library of the builder and its version, such as glibc 2.36', ({ probe }) =>
    `${probe.libc} ${probe.libcVersion}`.trim(),
  ),
  probe: ofTargets(
    'Result of the probe of the builder, as a JSON object (machine, os, libc, otp, elixir, hex, git, cc and more)',
    ({ probe }) => JSON.stringify(probe),
  ),
};
