import { createHash } from 'node:crypto';
import runtimeDockerfile from '../../dockerfiles/runtime.Dockerfile';
import { packFiles } from '../archive/files.js';
import { dockerBuild } from '../builder/docker-build.js';
import { ensureImage, type Image, type PullPolicy } from '../builder/image.js';
import type { PullContext } from '../builder/pull.js';
import { MAKING_IMAGES } from '../causes/building/rules.js';
import { adviceFor, because, likelyCauses } from '../causes/find.js';
import type { Engine } from '../engine/engine.js';
import { KIND_LABEL } from '../engine/labels.js';
import { MixReleaseError } from '../errors.js';
import type { Target } from '../targets/table.js';

const REPOSITORY = 'mix-release-runtime';

/** Advice for a runtime image that is not available. */
const ADVICE = 'Name an available image with runtime-image, or skip the smoke test with smoke-test: off.';

/** The runtime image to use. */
export interface RuntimeImageSpec {
  readonly reference: string;
  readonly pull: PullPolicy;
  readonly target: Target;
}

/**
 * The runtime image, pulled if necessary and allowed.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function ensureRuntimeImage(engine: Engine, spec: RuntimeImageSpec, context: PullContext): Promise<Image> {
  try {
    return await ensureImage(engine, { ...spec, digest: undefined }, context);
  } catch (error) {
    throw withNext(error, (next) => `It is for the smoke test of the release. ${next} ${ADVICE}`);
  }
}

/** Packages to add to a runtime image. */
export interface AddedPackages {
  readonly packages: readonly string[];
  readonly platform: string;
  /** Authorities that the package manager trusts, too, each as PEM; they do not stay in the image. */
  readonly authorities?: readonly string[] | undefined;
  readonly proxies: Readonly<Record<string, string>>;
}

/**
 * A runtime image with added packages: built once for the same image and packages, then reused.
 *
 * @returns its identifier in the engine
 * @throws MixReleaseError `runtime-image-failed`
 */
export async function withPackages(
  engine: Engine,
  base: Image,
  { packages, platform, authorities = [], proxies }: AddedPackages,
  { signal, onLine }: Pick<PullContext, 'signal' | 'onLine'>,
): Promise<string> {
  const tag = runtimeTag(base.digest, platform, packages);
  const present = await engine.images.inspect(tag, platform);
  if (present) return present.id;
  onLine(`building ${tag} from ${base.reference} with ${packages.join(', ')}`);
  const build = {
    title: 'dockerfiles/runtime.Dockerfile',
    context: packFiles([
      { path: 'Dockerfile', text: runtimeDockerfile },
      ...(authorities.length > 0 ? [{ path: 'authorities.pem', text: authorities.join('') }] : []),
    ]),
    dockerfile: 'Dockerfile',
    platform,
    args: { BASE: base.id, PACKAGES: packages.join(' '), ...proxies },
    labels: { [KIND_LABEL]: 'runtime' },
    tag,
    next: ADVICE,
  };
  try {
    return await dockerBuild(engine, build, signal, onLine);
  } catch (error) {
    if (!(error instanceof MixReleaseError) || error.code !== 'builder-failed') throw error;
    const causes = likelyCauses(MAKING_IMAGES, [...error.output, error.message]);
    throw new MixReleaseError('runtime-image-failed', {
      what: `the packages ${packages.join(', ')}, which the release needs in its smoke test, could not be added to ${base.reference}${because(causes)}`,
      next: `${adviceFor(causes) ?? 'The output above says why.'} ${ADVICE}`,
      output: error.output,
      cause: error,
    });
  }
}

/** The tag of a runtime image with packages: equal images and packages give equal tags. */
export function runtimeTag(baseDigest: string, platform: string, packages: readonly string[]): string {
  const parts = JSON.stringify([platform, baseDigest, runtimeDockerfile, packages.toSorted()]);
  return `${REPOSITORY}:${createHash('sha256').update(parts).digest('hex').slice(0, 16)}`;
}

function withNext(error: unknown, next: (before: string) => string): unknown {
  if (!(error instanceof MixReleaseError)) return error;
  const { code, message, output } = error;
  return new MixReleaseError(code, { what: message, next: next(error.next), output, cause: error });
}
