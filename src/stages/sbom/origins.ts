import * as v from 'valibot';
import { MixReleaseError } from '../../errors.js';
import { parseJson } from '../../json.js';

const TEXTS = v.pipe(v.array(v.string()), v.readonly());

/** What `src/builder/elixir/inventory.ex` reports. */
const INVENTORY = v.object({
  apps: v.pipe(
    v.array(
      v.object({
        app: v.string(),
        kind: v.picklist(['project', 'path', 'hex', 'git', 'unknown']),
        /** Below the checkout; null for what lies elsewhere. */
        path: v.nullable(v.string()),
        licenses: TEXTS,
        /** Labels and addresses. */
        links: v.pipe(v.array(v.tuple([v.string(), v.string()])), v.readonly()),
        /** Paths of the Cargo locks that its native code was compiled by. */
        locks: TEXTS,
        hex: v.optional(
          v.object({
            name: v.string(),
            version: v.string(),
            /** `hexpm`, `hexpm:ORGANIZATION`, or the name of another repository. */
            repo: v.string(),
            /** SHA-256 of the package's tarball in hex; null in old locks. */
            checksum: v.nullable(v.string()),
          }),
        ),
        git: v.optional(
          v.object({
            url: v.string(),
            commit: v.string(),
            /** Of the application in the repository; null for its top. */
            directory: v.nullable(v.string()),
          }),
        ),
      }),
    ),
    v.readonly(),
  ),
  /** Texts of these locks by path. */
  locks: v.record(v.string(), v.string()),
});

/** Where the applications of a project and its dependencies come from. */
export type Origins = v.InferOutput<typeof INVENTORY>;
export type Origin = Origins['apps'][number];

/** @throws Error where our own task reported something else: a defect */
export function originsIn(inventory: string): Origins {
  const parsed = parseJson(INVENTORY, inventory);
  if ('value' in parsed) return parsed.value;
  throw new MixReleaseError('internal', {
    what: `the builder's list of applications cannot be used: ${parsed.why}`,
    next: 'Set sbom: false, and report this.',
  });
}
