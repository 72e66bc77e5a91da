import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { relativeInside } from '../../paths.js';
import { readExclusion } from '../../sources/exclude.js';
import { readOption } from '../read.js';
import type { RawOptions } from '../table.js';
import { HOOKS, type Hook, type HookName } from './hooks.js';

/** What of a checkout a build cannot do without. Paths are absolute. */
export interface Required {
  readonly checkout: string;
  readonly project: string;
  readonly hooks: Readonly<Record<HookName, Hook | undefined>>;
}

/**
 * The patterns of `exclude`.
 *
 * @throws MixReleaseError `bad-option` where they leave out what the build begins with
 */
export function readExclude(raw: RawOptions, { checkout, project, hooks }: Required): readonly string[] {
  const patterns = readOption('exclude', raw);
  const { excludes } = readExclusion(patterns);
  const required = [
    [path.join(project, 'mix.exs'), 'without which there is no project'],
    ...HOOKS.map((hook) => [hooks[hook]?.file, `which ${hook} runs`] as const),
  ] as const;
  for (const [file, why] of required) {
    const name = file === undefined ? undefined : relativeInside(checkout, file);
    if (name === undefined || !excludes(name)) continue;
    throw new MixReleaseError('bad-option', {
      what: `exclude leaves out ${name}, ${why}`,
      next: `Give narrower patterns, or add the line !/${name}: the last one that matches decides, but nothing below an excluded directory comes back.`,
    });
  }
  return patterns;
}
