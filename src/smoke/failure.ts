import type { RuntimeRequirements } from '../audit/report.js';
import { MixReleaseError, type ErrorCode } from '../errors.js';
import { causeOf, type Cause } from './cause.js';
import type { SmokeFailure } from './command.js';
import { packageFor } from './needs.js';
import type { PackageFamily } from './system-image.js';

/** Lines of a release's output that go into an error. */
const OUTPUT_SHOWN = 40;

const CODES: Readonly<Partial<Record<Cause['kind'], ErrorCode>>> = {
  environment: 'smoke-missing-variable',
  library: 'smoke-missing-library',
};

/** What a release was tried in. */
export interface TriedIn {
  readonly release: { readonly name: string };
  /** The image as people know it. */
  readonly image: string;
  readonly packages: readonly string[];
}

/** What a failure means, in our words. */
export function smokeError(failure: SmokeFailure, { release, image, packages }: TriedIn): MixReleaseError {
  const cause = causeOf([failure.message, ...failure.output]);
  const where = packages.length === 0 ? image : `${image} with ${packages.join(', ')}`;
  const because = cause === undefined ? '' : `, probably because ${cause.why}`;
  return new MixReleaseError((cause && CODES[cause.kind]) ?? (failure.timedOut ? 'smoke-timeout' : 'smoke-failed'), {
    what: `release ${release.name} does not run in ${where}: ${failure.message}${because}`,
    next: cause?.next ?? (failure.timedOut ? MORE_TIME : NO_CAUSE),
    output: failure.output.slice(-OUTPUT_SHOWN),
    cause: failure,
  });
}

const MORE_TIME =
  'Give it more time with smoke-timeout, or what it waits for with smoke-env: the smoke test has no network. smoke-test: eval does not start the release.';
const NO_CAUSE =
  'Read above what the release printed. It ran without a network, and could write to /tmp alone; smoke-env gives it variables. smoke-test: eval does not start it, and smoke-test: off leaves the test out.';

/** The packages that an image lacks, where a failure names a library and it is known what has it. */
export function lackingPackages(
  failure: SmokeFailure,
  { grows, needs }: { readonly grows: PackageFamily | undefined; readonly needs: RuntimeRequirements | undefined },
  packages: readonly string[],
): { readonly library: string; readonly packages: readonly string[] } | undefined {
  const cause = causeOf([failure.message, ...failure.output]);
  if (cause?.kind !== 'library' || grows === undefined) return undefined;
  const library = cause.subject;
  const known = needs?.libraries.includes(library) === true ? needs[grows] : [];
  const one = packageFor(library, grows);
  const lacking = [...new Set([...known, ...(one === undefined ? [] : [one])])].filter(
    (name) => !packages.includes(name),
  );
  return lacking.length === 0 ? undefined : { library, packages: lacking };
}
