import type { RuntimeRequirements } from '../audit/report.js';
import { MixReleaseError, type ErrorCode } from '../errors.js';
import { adviceFor, because, likelyCauses } from '../causes/find.js';
import type { Cause, Circumstances } from '../causes/rule.js';
import { RUNNING } from '../causes/running/rules.js';
import type { SmokeFailure } from './command.js';
import { packageFor } from './needs.js';
import type { PackageFamily } from './system-image.js';

/** The number of output lines in an error. */
const OUTPUT_SHOWN = 40;

/** By the rule that found the cause. */
const CODES: Readonly<Partial<Record<string, ErrorCode>>> = {
  environment: 'smoke-missing-variable',
  'environment-nil': 'smoke-missing-variable',
  library: 'smoke-missing-library',
};

/** The environment of a failed test. */
export interface TestedIn {
  readonly release: { readonly name: string };
  /** The name of the image. */
  readonly image: string;
  readonly packages: readonly string[];
  /** What else is known of the release. */
  readonly about: Circumstances;
}

/** The likely causes of a failure. */
function causesOf({ message, output }: SmokeFailure, about: Circumstances): readonly Cause[] {
  return likelyCauses(RUNNING, [...output, message], about);
}

/** Whether a failure may come of variables that are not set: no other cause is known. */
export function mayLackVariables(failure: SmokeFailure, about: Circumstances): boolean {
  const [first] = causesOf(failure, about);
  return first === undefined || ['environment', 'environment-nil', 'configuration'].includes(first.name);
}

/** The error for a failed smoke test. */
export function smokeError(failure: SmokeFailure, { release, image, packages, about }: TestedIn): MixReleaseError {
  const causes = causesOf(failure, about);
  const code = CODES[causes[0]?.name ?? ''];
  const where = packages.length === 0 ? image : `${image} with ${packages.join(', ')}`;
  return new MixReleaseError(code ?? (failure.timedOut ? 'smoke-timeout' : 'smoke-failed'), {
    what: `release ${release.name} does not run in ${where}: ${failure.message}${because(causes)}`,
    next: adviceFor(causes) ?? (failure.timedOut ? TIMEOUT_ADVICE : DEFAULT_ADVICE),
    output: failure.output.slice(-OUTPUT_SHOWN),
    cause: failure,
  });
}

const TIMEOUT_ADVICE =
  'Increase smoke-timeout, or configure what it waits for with smoke-env: the smoke test has no network. smoke-test: eval does not start the release.';
const DEFAULT_ADVICE =
  "See the release's output above. It ran without a network, and only /tmp was writable; smoke-env sets variables. smoke-test: eval does not start it, and smoke-test: off skips the test.";

/** The packages that an image lacks, where a failure names a library whose package is known. */
export function missingPackages(
  failure: SmokeFailure,
  {
    packageFamily,
    needs,
  }: { readonly packageFamily: PackageFamily | undefined; readonly needs: RuntimeRequirements | undefined },
  packages: readonly string[],
): { readonly library: string; readonly packages: readonly string[] } | undefined {
  const cause = causesOf(failure, {})[0];
  if (cause?.name !== 'library' || packageFamily === undefined) return undefined;
  const library = cause.subject;
  const known = needs?.libraries.includes(library) === true ? needs[packageFamily] : [];
  const ofLibrary = packageFor(library, packageFamily);
  const missing = [...new Set([...known, ...(ofLibrary === undefined ? [] : [ofLibrary])])].filter(
    (name) => !packages.includes(name),
  );
  return missing.length === 0 ? undefined : { library, packages: missing };
}
