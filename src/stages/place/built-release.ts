import type { Tarball } from '../../package/tarball.js';
import type { OutputFiles } from '../../pipeline/output-files.js';
import type { BuiltRelease } from '../../pipeline/result.js';
import type { Audited } from '../audit/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Fetched } from '../fetch/fetch.js';
import type { Planned } from '../plan/stage.js';
import type { Assembled } from '../release/stage.js';
import type { Smoked } from '../smoke/stage.js';

/** What is known of the whole run when its files are placed. */
export type RunFacts = Pick<Planned, 'plan'> & Pick<Prepared, 'builder'> & Pick<WithMix, 'probe'>;

/** What the stages gave for one release. */
export type ReleaseParts = Assembled & Fetched & Partial<Audited> & Partial<Smoked>;

/**
 * A release as `--json` prints it, with the paths that its files will have.
 *
 * @param seconds - of the run; more are added as it goes on
 */
export function builtRelease(
  { plan, builder, probe }: RunFacts,
  { facts, packageName, audit, auditReport, smoke }: ReleaseParts,
  { sha256, size }: Tarball,
  files: OutputFiles,
  seconds: Readonly<Record<string, number>>,
): BuiltRelease {
  return {
    name: facts.name,
    version: facts.version,
    target: plan.target.triple,
    tarball: files.file('tarball', packageName).path,
    sha256,
    size,
    directory: files.file('directory', packageName).path,
    otp: probe.otp,
    elixir: probe.elixir,
    erts: facts.erts,
    image: builder.base.reference,
    imageDigest: builder.base.digest,
    probe,
    audit: audit ?? null,
    auditReport: auditReport ?? null,
    smoke,
    files: files.of(packageName).map(({ kind, path }) => ({ kind, path })),
    seconds,
  };
}
