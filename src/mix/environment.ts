import { HOME, STATE } from '../builder/layout.js';
import { proxiesOf } from '../builder/proxies.js';

/** What the environment of the Mix commands depends on. */
export interface MixEnvironmentOptions {
  readonly mixEnv: string;
  readonly triple: string;
  /** The time that everything is dated by. */
  readonly date: Date;
  /** Whether git tracks the project's dependencies: they are then used where they are. */
  readonly vendoredDeps: boolean;
  /** What Erlang needs under emulation; empty otherwise. */
  readonly erlFlags: string;
  /** How many processes compile dependencies; undefined for one. */
  readonly depsPartitions: number | undefined;
  /** Variables that the user passes on. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The environment of every Mix command. Nothing of the runner's own environment is in it but its proxies.
 */
export function mixEnvironment(
  options: MixEnvironmentOptions,
  surroundings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const erlFlags = [options.erlFlags, options.env.ERL_FLAGS ?? ''].filter(Boolean).join(' ');
  return {
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    ...proxiesOf(surroundings),
    SOURCE_DATE_EPOCH: String(options.date.getTime() / 1000),
    ...(options.depsPartitions !== undefined && {
      MIX_OS_DEPS_COMPILE_PARTITION_COUNT: String(options.depsPartitions),
    }),
    ...options.env,
    ...(erlFlags === '' ? {} : { ERL_FLAGS: erlFlags }),
    HOME,
    MIX_ENV: options.mixEnv,
    MIX_BUILD_PATH: buildPath(options),
    ...(options.vendoredDeps ? {} : { MIX_DEPS_PATH: `${STATE}/deps` }),
    HEX_HOME: `${STATE}/hex`,
    REBAR_CACHE_DIR: `${STATE}/rebar3`,
    MIX_RELEASE_TARGET: options.triple,
  };
}

/** Where the compiled code is in the container: a directory of its own for each environment and target of Mix. */
export function buildPath({ mixEnv, env }: Pick<MixEnvironmentOptions, 'mixEnv' | 'env'>): string {
  const { MIX_TARGET } = env;
  return `${STATE}/build/${MIX_TARGET === undefined ? mixEnv : `${MIX_TARGET}_${mixEnv}`}`;
}
