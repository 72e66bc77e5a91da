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

/** A plan for people, one line a decision, with the reason behind it. */
export function planLines(plan: BuildPlan): readonly string[] {
  const { target, targetInput, engine, image, digest, versions, recipe } = plan;
  const alias = targetInput === target.triple ? '' : ` (asked as ${targetInput})`;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['target', `${target.triple}${alias}: ${target.platform}, ${target.libc}`],
    ['engine', `${engine.architecture}, ${engineText(plan)}`],
    [
      'versions',
      versions.length > 0 ? versions.join(', ') : `whatever ${image ? 'the image' : dockerfileName(recipe)} has`,
    ],
    ['system', image?.system],
    [
      'image',
      image ? `${image.wanted.reference} (${SOURCES[image.source]})` : `the own base of ${dockerfileName(recipe)}`,
    ],
    ['digest', digest],
    ['builder', builderText(plan)],
  ];
  const lines = pairs.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(9)}${text}`]));
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

function engineText({ engine, target }: BuildPlan): string {
  if (!engine.emulated) return 'native';
  return `emulates ${target.platform}: ten to twenty times slower than a native runner (${target.runner})`;
}

function builderText({ builder, recipe }: BuildPlan): string {
  const { packages } = recipe;
  const further = packages.length > 0 ? ` with ${packages.join(', ')}` : '';
  const how = `made by ${dockerfileName(recipe)}${further}`;
  if (!builder) return `${how}, once the image is here`;
  return `${builder.tag} (${builder.present ? 'present, ' : ''}${how})`;
}

/** A plan as `mix-release plan --json` prints it. What is not known before a pull is null. */
export function planFacts(plan: BuildPlan) {
  const { target, targetInput, engine, image, digest, versions, recipe, builder } = plan;
  return {
    target: target.triple,
    requested: targetInput,
    platform: target.platform,
    libc: target.libc,
    engine,
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
