import type { Tarball } from '../../package/tarball.js';
import type { OutputFiles } from '../../pipeline/output-files.js';
import type { BuiltRelease } from '../../pipeline/result.js';
import type { Audited } from '../audit/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Fetched } from '../fetch/fetch.js';
import type { OfPlan } from '../plan/stage.js';
import type { Assembled } from '../release/stage.js';
import type { Listed } from '../sbom/stage.js';
import type { Smoked } from '../smoke/stage.js';

/** What is known of the target of a release when its files are placed. */
type TargetFacts = OfPlan & Pick<Prepared, 'builder'> & Pick<WithMix, 'probe'>;

/** What the stages gave for one release. */
export type ReleaseParts = TargetFacts & Assembled & Fetched & Partial<Audited> & Partial<Listed> & Partial<Smoked>;

/**
 * A release as `--json` prints it, with the paths that its files will have.
 *
 * @param seconds - of the run; more are added as it goes on
 */
export function builtRelease(
  { of, plan, builder, probe, facts, packageName, audit, auditReport, sbom, smoke }: ReleaseParts,
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
    method: of.method,
    probe,
    audit: audit ?? null,
    auditReport: auditReport ?? null,
    sbom: sbom?.path ?? null,
    smoke,
    files: files.of(packageName).map(({ kind, path }) => ({ kind, path })),
    seconds,
  };
}
