import { dockerfileName } from '../../builder/recipe.js';
import { assignmentOf, smokeEnvBlock } from '../../smoke/runtime-config/variables.js';
import type { ImageSource } from './choose-image.js';
import type { BuildPlan } from './plan.js';

const SOURCES: Readonly<Record<ImageSource, string>> = {
  named: 'named by image',
  engine: 'in the engine',
  published: 'published; pulled by its digest',
  official: 'official image; pulled by its digest',
  own: 'made here, by dockerfiles/own-base.Dockerfile',
};

/** How a target is built: in words, and why. */
export interface Manner {
  readonly method: 'native' | 'cross' | 'emulate';
  readonly why: string;
  /** The builder that lends a cross-assembled target its bytecode: of another target than the plan's. */
  readonly lender?: BuildPlan;
}

/** A plan for people, one line a decision, with the reason behind it. */
export function planLines(plan: BuildPlan, manner: Manner = ownManner(plan)): readonly string[] {
  const { target, targetInput, engine, image, digest, versions, recipe } = plan;
  const { method, why, lender } = manner;
  const alias = targetInput === target.triple ? '' : ` (asked as ${targetInput})`;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['target', `${target.triple}${alias}: ${target.platform}, ${target.libc}`],
    ['engine', `${engine.architecture}, ${engineText(plan, manner)}`],
    ['method', `${method} (${why})`],
    [
      'versions',
      versions.length > 0 ? versions.join(', ') : `whatever ${image ? 'the image' : dockerfileName(recipe)} has`,
    ],
    ['system', image?.system],
    ['image', imageText(plan)],
    ['digest', digest],
    ['builder', isMade(plan, manner) ? builderText(plan) : undefined],
    ['bytecode', lender && `${imageText(lender)} for ${lender.target.triple}`],
  ];
  const lines = pairs.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(8)} ${text}`]));
  return [...lines, ...variableLines(plan)];
}

/** The variables that the release does not start without, with what to write for them. */
function variableLines({ missingVariables, smokes }: BuildPlan): readonly string[] {
  if (missingVariables.length === 0) return [];
  const names = missingVariables.map(({ name }) => name);
  const files = [...new Set(missingVariables.map(({ file }) => file))];
  const lacks = smokes ? ', and smoke-env lacks them' : '';
  const line = `${'needs'.padEnd(9)}${names.join(', ')} (${files.join(', ')} insists on them${lacks})`;
  return smokes ? [line, ...smokeEnvBlock(names).map((text) => `${' '.repeat(9)}${text}`)] : [line];
}

/** Of a build in the target's own builder. */
export function ownManner({ engine: { architecture, emulated } }: BuildPlan): Manner {
  return emulated
    ? { method: 'emulate', why: `the engine is ${architecture}, and emulation was asked for` }
    : { method: 'native', why: `the engine is ${architecture}` };
}

/** Whether there is a builder of the target's own: not of one whose programs the engine does not run. */
function isMade({ engine, target }: BuildPlan, { method }: Manner): boolean {
  return method !== 'cross' || engine.architecture === target.architecture;
}

function imageText({ image, recipe }: BuildPlan): string {
  return image ? `${image.wanted.reference} (${SOURCES[image.source]})` : `the own base of ${dockerfileName(recipe)}`;
}

function engineText(plan: BuildPlan, manner: Manner): string {
  const { engine, target } = plan;
  if (!isMade(plan, manner)) return `assembles for ${target.platform}, and runs nothing of it`;
  if (!engine.emulated) return 'native';
  return `emulates ${target.platform}: six to twenty times slower than a native runner (${target.runner})`;
}

function builderText({ builder, recipe }: BuildPlan): string {
  const { packages } = recipe;
  const further = packages.length > 0 ? ` with ${packages.join(', ')}` : '';
  const how = `made by ${dockerfileName(recipe)}${further}`;
  if (!builder) return `${how}, once the image is here`;
  return `${builder.tag} (${builder.present ? 'present, ' : ''}${how})`;
}

/** A plan as `mix-release plan --json` prints it. What is not known before a pull, and what is not made, is null. */
export function planFacts(plan: BuildPlan, manner: Manner = ownManner(plan)) {
  const builder = isMade(plan, manner) ? plan.builder : undefined;
  const { method, why, lender } = manner;
  const { target, targetInput, engine, image, digest, versions, recipe } = plan;
  return {
    target: target.triple,
    requested: targetInput,
    platform: target.platform,
    libc: target.libc,
    engine,
    method,
    why,
    ...(lender && {
      bytecode: {
        target: lender.target.triple,
        image: lender.image?.wanted.reference ?? null,
        imageDigest: lender.digest ?? null,
        builder: lender.builder?.tag ?? null,
      },
    }),
    versions,
    system: image?.system ?? null,
    image: image?.wanted.reference ?? null,
    imageSource: image?.source ?? null,
    imageDigest: digest ?? null,
    builder: builder?.tag ?? null,
    builderPresent: builder?.present ?? false,
    dockerfile: dockerfileName(recipe),
    packages: recipe.packages,
    missingVariables: plan.missingVariables,
    smokeEnv: plan.missingVariables.map(({ name }) => assignmentOf(name)),
  };
}
