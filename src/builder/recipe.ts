import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Target } from '../targets/table.js';
import gnuDockerfile from '../../dockerfiles/gnu.Dockerfile';
import muslDockerfile from '../../dockerfiles/musl.Dockerfile';
import mixDockerfile from '../../dockerfiles/mix.Dockerfile';
import builderTasks from './elixir/tasks.ex';

const REPOSITORY = 'mix-release-builder';

/** A Dockerfile of the user's, and the files that it may copy. */
export interface OwnDockerfile {
  /** Its path as it was given. */
  readonly name: string;
  /** Path of the Dockerfile in the context. */
  readonly path: string;
  /** Whether it starts from the base image that we choose: it says `ARG BASE`. */
  readonly usesBase: boolean;
  /** SHA-256 of the context, 64 hex digits. */
  readonly contextHash: string;
  /** The context as a tar stream, anew with each call. */
  readonly context: () => Readable;
}

/** What a builder image is made of, on top of its base. */
export interface Recipe {
  readonly target: Target;
  readonly packages: readonly string[];
  /** Undefined for the Dockerfile that comes with this program. */
  readonly dockerfile: OwnDockerfile | undefined;
}

/** The Dockerfile of ours for a C library. */
export function toolsDockerfile({ libc }: Target): { readonly name: string; readonly text: string } {
  return libc === 'musl'
    ? { name: 'dockerfiles/musl.Dockerfile', text: muslDockerfile }
    : { name: 'dockerfiles/gnu.Dockerfile', text: gnuDockerfile };
}

/** The Dockerfile of a recipe, as people know it: the user's, or ours. */
export function dockerfileName({ dockerfile, target }: Recipe): string {
  return dockerfile?.name ?? toolsDockerfile(target).name;
}

/** The files that our last Dockerfile takes, itself included. */
export const MIX_CONTEXT = [
  { path: 'Dockerfile', text: mixDockerfile },
  { path: 'tasks.ex', text: builderTasks },
] as const;

/**
 * The tag that a builder image of a recipe has in the engine: equal parts give equal tags, on every machine.
 *
 * @param baseDigest - of the base image; undefined where the user's Dockerfile names its own
 */
export function builderTag(recipe: Recipe, baseDigest: string | undefined): string {
  const { target, packages, dockerfile } = recipe;
  const parts = [
    target.platform,
    baseDigest ?? '',
    dockerfile ? `${dockerfile.path} ${dockerfile.contextHash}` : toolsDockerfile(target).text,
    packages.join(' '),
    ...MIX_CONTEXT.map(({ text }) => text),
  ];
  return `${REPOSITORY}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}
