import { BUILD } from '../../../src/pipeline/build.js';
import { outcomeOf } from '../../../src/pipeline/outcome.js';
import type { PublishedArtifact } from '../../../src/pipeline/publication.js';
import type { BuildOutcome, BuiltRelease } from '../../../src/pipeline/result.js';

/** The outcome of a run of all stages that made these releases: what each stage gave goes through the real stages. */
export function outcomeWith(
  releases: readonly BuiltRelease[],
  { error, artifacts = [] }: { readonly error?: Error; readonly artifacts?: readonly PublishedArtifact[] } = {},
): BuildOutcome {
  const audited = releases.flatMap(({ audit, auditReport }) => (audit ? [{ audit, auditReport }] : []));
  const listed = releases.flatMap(({ sbom }) =>
    sbom === null ? [] : [{ sbom: { path: sbom, sha256: 'ef'.repeat(32), components: 12 } }],
  );
  const smoked = releases.flatMap(({ smoke }) => (smoke ? [{ smoke }] : []));
  const gave = new Map<string, readonly object[]>([
    ['release', releases.map(({ name, version, erts }) => ({ facts: { name, version, erts } }))],
    ['place', [{ built: releases }]],
    ...(audited.length > 0 ? [['audit', audited] as const] : []),
    ...(listed.length > 0 ? [['sbom', listed] as const] : []),
    ...(smoked.length > 0 ? [['smoke', smoked] as const] : []),
    ...(artifacts.length > 0 ? [['publish', [{ artifacts }]] as const] : []),
  ]);
  const ofReleases = releases.map(
    (_, at) =>
      new Map(
        [...gave].flatMap(([name, given]) => ((given[at] ?? given[0]) ? [[name, given[at] ?? given[0] ?? {}]] : [])),
      ),
  );
  return outcomeOf(BUILD.stages, { have: { built: releases }, releases: [], gave, ofReleases, error }, []);
}
