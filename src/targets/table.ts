/** One machine that a release can be built for. */
export interface Target {
  /** Target triple, as compilers and `rustc --print target-list` spell it. */
  readonly triple: string;
  /** Platform in the engine's words: `os/arch`. */
  readonly platform: string;
  /** `uname -m` on the target. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl';
  /** Base image used when none is asked for: pinned, so that a build does not change by itself. */
  readonly defaultImage: string;
  /** GitHub-hosted runner whose own architecture is the target's. */
  readonly runner: string;
}

/** Every target that this version builds for. A triple that is not here is an error, never a guess. */
export const TARGETS: readonly Target[] = [
  {
    triple: 'x86_64-unknown-linux-gnu',
    platform: 'linux/amd64',
    machine: 'x86_64',
    libc: 'glibc',
    defaultImage: 'hexpm/elixir:1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim',
    runner: 'ubuntu-24.04',
  },
];
