import { HOME, STATE } from '../builder/layout.js';
import { mirrorsOf } from '../builder/mirrors.js';
import { proxiesOf } from '../builder/proxies.js';

/** The input of the Mix commands' environment. */
export interface MixEnvironmentOptions {
  readonly mixEnv: string;
  readonly triple: string;
  /** The time of all files in the release. */
  readonly date: Date;
  /** Erlang's flags under emulation; empty otherwise. */
  readonly erlFlags: string;
  /** The number of processes that compile dependencies; undefined for one. */
  readonly depsPartitions: number | undefined;
  /** The variables of `env`. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The environment of every Mix command. Of the runner's own environment it has only the proxies and
 * where packages come from.
 */
export function mixEnvironment(
  options: MixEnvironmentOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const erlFlags = [options.erlFlags, options.env.ERL_FLAGS ?? ''].filter(Boolean).join(' ');
  return {
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    // `git status` leaves the index as it was sent.
    GIT_OPTIONAL_LOCKS: '0',
    ...proxiesOf(environment),
    ...mirrorsOf(environment),
    SOURCE_DATE_EPOCH: String(options.date.getTime() / 1000),
    ...(options.depsPartitions !== undefined && {
      MIX_OS_DEPS_COMPILE_PARTITION_COUNT: String(options.depsPartitions),
    }),
    ...rustFlags(options.triple),
    ...options.env,
    ...(erlFlags === '' ? {} : { ERL_FLAGS: erlFlags }),
    HOME,
    MIX_ENV: options.mixEnv,
    HEX_HOME: `${STATE}/hex`,
    REBAR_CACHE_DIR: `${STATE}/rebar3`,
    MIX_RELEASE_TARGET: options.triple,
  };
}

/**
 * Rust links statically for musl by default, and cannot make a shared object then: "cannot produce cdylib". The variable
 * is for that target alone, so that it changes nothing of what cargo builds for the builder itself.
 */
function rustFlags(triple: string): Readonly<Record<string, string>> {
  if (!triple.endsWith('-musl')) return {};
  const target = triple.toUpperCase().replaceAll('-', '_');
  return { [`CARGO_TARGET_${target}_RUSTFLAGS`]: '-C target-feature=-crt-static' };
}
