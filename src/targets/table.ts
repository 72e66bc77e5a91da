/** Operating systems that builder images are made on. */
export type System = 'debian' | 'ubuntu' | 'alpine';

/** One machine that a release can be built for. */
export interface Target {
  /** Target triple, as compilers and `rustc --print target-list` spell it. */
  readonly triple: string;
  /** Platform in the engine's words: `os/arch`. */
  readonly platform: string;
  /** `uname -m` on the target. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl';
  /** Systems of builder images whose C library this is; the first is the default. */
  readonly systems: readonly [System, ...System[]];
  /** Release of the default system: the older one, because what is built on it runs on newer ones, too. */
  readonly systemRelease: string;
  /**
   * What is built in when nothing is asked for: an image, pinned, so that a build does not change by itself; without one,
   * or when only a system is asked for, the newest patches of these versions.
   */
  readonly fallback: { readonly image?: string; readonly elixir: string; readonly otp: string };
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
    systems: ['debian', 'ubuntu'],
    systemRelease: 'bookworm',
    fallback: { image: 'hexpm/elixir:1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim', elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04',
  },
  {
    triple: 'x86_64-unknown-linux-musl',
    platform: 'linux/amd64',
    machine: 'x86_64',
    libc: 'musl',
    systems: ['alpine'],
    systemRelease: '3.22',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04',
  },
];
