import { presentBuilder } from '../../builder/builder.js';
import type { Expected } from '../../builder/expected.js';
import { digestOf } from '../../builder/image.js';
import { builderTag, type Recipe } from '../../builder/recipe.js';
import type { Engine } from '../../engine/engine.js';
import { MixReleaseError } from '../../errors.js';
import type { Target } from '../../targets/table.js';
import {
  chooseImage,
  expectedByInputs,
  type ChosenImage,
  type Narrowing,
  type ResolveContext,
} from './choose-image.js';
import { variablesOfProject, type RuntimeVariable } from '../../smoke/runtime-config/variables.js';
import { readOwnDockerfile } from './own-dockerfile.js';
import type { BuildRequest } from '../../options/request.js';

/** Package with `ssh`, by its name in Debian, Ubuntu and Alpine. */
const SSH = 'openssh-client';

/** What a build will use, and why. Nothing was pulled, built or started for it. */
export interface BuildPlan {
  readonly target: Target;
  /** The target as it was typed: a triple or an alias. */
  readonly targetInput: string;
  /** The engine's architecture in its own words; another one than the target's is emulated. */
  readonly engine: { readonly architecture: string; readonly emulated: boolean };
  /** Undefined where the user's Dockerfile names its own base. */
  readonly image: ChosenImage | undefined;
  /** Digest of the base image, as far as it is known before a pull. */
  readonly digest: string | undefined;
  readonly recipe: Recipe;
  readonly expected: Expected;
  readonly versions: readonly string[];
  /** The builder image; undefined where its name is known only after a pull. */
  readonly builder: { readonly tag: string; readonly present: boolean } | undefined;
  /** What the release insists on at run time and the smoke test does not give. */
  readonly missingVariables: readonly RuntimeVariable[];
  /** Whether there is a smoke test. */
  readonly smokes: boolean;
}

/** What is decided before a plan. */
export interface PlanOptions {
  /** Whether the target's programs are emulated. */
  readonly emulated: boolean;
  /** As for `chooseImage`. */
  readonly narrow?: Narrowing;
}

/**
 * Decides what a build will use.
 *
 * @param options - by default, a build in the target's own builder is planned
 * @throws MixReleaseError `architecture-mismatch`, or what `chooseImage` throws
 */
export async function resolvePlan(
  engine: Engine,
  request: BuildRequest,
  look: ResolveContext,
  { emulated, narrow }: PlanOptions = { emulated: requireArchitecture(engine, request) },
): Promise<BuildPlan> {
  const { target, targetInput, builder: options, checkout } = request;
  const dockerfile =
    options.dockerfile === undefined ? undefined : await readOwnDockerfile(options.dockerfile, checkout);
  const ownBase = dockerfile?.usesBase === false;
  if (ownBase && request.image.named !== undefined) throw uselessImage(dockerfile.name, request.image.named);
  const image = ownBase ? undefined : await chooseImage(engine, request, look, narrow);
  const { expected, versions } = image ?? (await expectedByInputs(request));
  const recipe = { target, packages: packagesFor(request), dockerfile, authorities: request.authorities };
  const digest = image && (await knownDigest(engine, image));
  const tag = image && digest === undefined ? undefined : builderTag(recipe, digest);
  const present = tag !== undefined && (await presentBuilder(engine, tag, target.platform)) !== undefined;
  return {
    target,
    targetInput,
    engine: { architecture: engine.architecture, emulated },
    image,
    digest,
    recipe,
    expected,
    versions,
    builder: tag === undefined ? undefined : { tag, present },
    missingVariables: await variablesOfProject(request.project, request.mixEnv, request.smoke?.env ?? {}),
    smokes: request.smoke !== undefined,
  };
}

/** The packages that were asked for, and what else a build needs: an SSH agent is of no use without SSH. */
function packagesFor({ builder, access }: BuildRequest): readonly string[] {
  const { packages, dockerfile } = builder;
  const needed = access?.sshAgent === undefined || dockerfile !== undefined ? [] : [SSH];
  return [...new Set([...packages, ...needed])];
}

/** Whether the target has to be emulated. */
function requireArchitecture(engine: Engine, { target, method }: BuildRequest): boolean {
  if (engine.architecture === target.architecture) return false;
  if (method === 'emulate') return true;
  throw architectureMismatch(engine, target);
}

/** @returns the error for a target whose programs the engine does not run */
export function architectureMismatch(engine: Engine, target: Target): MixReleaseError {
  return new MixReleaseError('architecture-mismatch', {
    what: `the engine is ${engine.architecture}, and target ${target.triple} is ${target.platform}`,
    next: `Build on a machine of that architecture: runs-on: ${target.runner} in a workflow. Or leave method out: auto assembles the release from code that is compiled here (method: cross). method: emulate builds it by emulation, which is six to twenty times slower.`,
  });
}

async function knownDigest(engine: Engine, { wanted }: ChosenImage): Promise<string | undefined> {
  if (wanted.digest !== undefined || wanted.pull === 'always') return wanted.digest;
  const found = await engine.images.inspect(wanted.reference, wanted.target.platform);
  return found && digestOf(found, wanted.reference);
}

function uselessImage(dockerfile: string, image: string): MixReleaseError {
  return new MixReleaseError('bad-option', {
    what: `image names ${image}, and ${dockerfile} starts from its own base`,
    next: `Begin that Dockerfile with the lines "ARG BASE" and "FROM \${BASE}" to build on the image, or leave image out.`,
  });
}
