import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Target } from '../targets/table.js';
import gnuDockerfile from '../../dockerfiles/gnu.Dockerfile';
import muslDockerfile from '../../dockerfiles/musl.Dockerfile';
import mixDockerfile from '../../dockerfiles/mix.Dockerfile';
import { authoritiesRecipe } from './authorities.js';
import agentSource from './elixir/agent.ex';
import appsSource from './elixir/apps.ex';
import checkoutSource from './elixir/checkout.ex';
import compileSource from './elixir/compile.ex';
import crossSource from './elixir/cross.ex';
import fetchedSource from './elixir/fetched.ex';
import inputsSource from './elixir/inputs.ex';
import inventorySource from './elixir/inventory.ex';
import lockSource from './elixir/lock.ex';
import observerSource from './elixir/observer.ex';
import planSource from './elixir/plan.ex';
import prepareSource from './elixir/prepare.ex';
import probeSource from './elixir/probe.ex';
import recordedSource from './elixir/recorded.ex';
import stateSource from './elixir/state.ex';
import tasksSource from './elixir/tasks.ex';

const REPOSITORY = 'mix-release-builder';

/** A user's Dockerfile and the files that it may copy. */
export interface UserDockerfile {
  /** Its path as the user wrote it. */
  readonly name: string;
  /** Path of the Dockerfile in the context. */
  readonly path: string;
  /** Whether it starts from the base image that we choose: it has `ARG BASE`. */
  readonly usesBase: boolean;
  /** Its first line that only BuildKit can build; undefined where the engine's older builder can build all of it. */
  readonly buildKitLine?: string;
  /** SHA-256 of the context, 64 hex digits. */
  readonly contextHash: string;
  /** The names that it has an `ARG` for; none where it is left out. */
  readonly args?: readonly string[];
  /** A new tar stream of the context for each call. */
  readonly context: () => Readable;
}

/** Everything that a builder image's hash depends on, besides its base. */
export interface Recipe {
  readonly target: Target;
  readonly packages: readonly string[];
  /** Undefined for the bundled Dockerfile. */
  readonly dockerfile: UserDockerfile | undefined;
  /** Authorities that the image trusts besides its system's, each as PEM; none where it is left out. */
  readonly authorities?: readonly string[];
}

/** The bundled Dockerfile for a C library. */
export function toolsDockerfile({ libc }: Target): { readonly name: string; readonly text: string } {
  return libc === 'musl'
    ? { name: 'dockerfiles/musl.Dockerfile', text: muslDockerfile }
    : { name: 'dockerfiles/gnu.Dockerfile', text: gnuDockerfile };
}

/** The name of a recipe's Dockerfile in messages. */
export function dockerfileName({ dockerfile, target }: Recipe): string {
  return dockerfile?.name ?? toolsDockerfile(target).name;
}

/** The context of the bundled Dockerfile that adds Hex, rebar3 and our Mix tasks. */
export const MIX_CONTEXT = [
  { path: 'Dockerfile', text: mixDockerfile },
  { path: 'agent.ex', text: agentSource },
  { path: 'apps.ex', text: appsSource },
  { path: 'checkout.ex', text: checkoutSource },
  { path: 'compile.ex', text: compileSource },
  { path: 'cross.ex', text: crossSource },
  { path: 'fetched.ex', text: fetchedSource },
  { path: 'inputs.ex', text: inputsSource },
  { path: 'inventory.ex', text: inventorySource },
  { path: 'lock.ex', text: lockSource },
  { path: 'observer.ex', text: observerSource },
  { path: 'plan.ex', text: planSource },
  { path: 'prepare.ex', text: prepareSource },
  { path: 'probe.ex', text: probeSource },
  { path: 'recorded.ex', text: recordedSource },
  { path: 'state.ex', text: stateSource },
  { path: 'tasks.ex', text: tasksSource },
] as const;

/**
 * The tag of a recipe's builder image in the engine: equal recipes give equal tags on every machine.
 *
 * @param baseDigest - of the base image; undefined where the user's Dockerfile names its own base
 */
export function builderTag(recipe: Recipe, baseDigest: string | undefined): string {
  const { target, packages, dockerfile, authorities = [] } = recipe;
  const parts = [
    target.platform,
    baseDigest ?? '',
    dockerfile ? `${dockerfile.path} ${dockerfile.contextHash}` : toolsDockerfile(target).text,
    packages.join(' '),
    ...MIX_CONTEXT.map(({ text }) => text),
    ...authoritiesRecipe(authorities),
  ];
  return `${REPOSITORY}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}
