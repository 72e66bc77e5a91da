/** Operating systems that builder images are made on. */
export type System = 'debian' | 'ubuntu' | 'alpine';

/** C libraries, as the probe of an image names them. */
export type Libc = 'glibc' | 'musl';

/** One machine that a release can be built for. */
export interface Target {
  /** Target triple, as compilers and `rustc --print target-list` spell it. */
  readonly triple: string;
  /** Platform in the engine's words: `os/arch`. */
  readonly platform: string;
  /** `uname -m` on the target. */
  readonly machine: string;
  readonly libc: Libc;
  /** Absolute path of the dynamic loader: the interpreter that programs of the target name. */
  readonly loader: string;
  /** Systems of builder images whose C library this is; the first is the default. */
  readonly systems: readonly [System, ...System[]];
  /** Release of the default system: an older one, because what is built on it runs on newer ones, too. */
  readonly systemRelease: string;
  /** What installs packages on these systems. */
  readonly packageManager: 'apt' | 'apk';
  /** Versions of which the newest patches are taken when nobody asks for any. */
  readonly fallback: { readonly elixir: string; readonly otp: string };
  /** GitHub-hosted runner whose own architecture is the target's. */
  readonly runner: string;
}

/** The target's architecture in the engine's words: `amd64`, `arm64`. */
export function architectureOf({ platform }: Target): string {
  return platform.replace(/^.*\//, '');
}

/**
 * Every target that this version builds for. A triple that is not here is an error, never a guess.
 *
 * The loaders are what `readelf -l` shows of programs in images of Debian and Alpine for these platforms.
 */
export const TARGETS: readonly Target[] = [
  {
    triple: 'x86_64-unknown-linux-gnu',
    platform: 'linux/amd64',
    machine: 'x86_64',
    libc: 'glibc',
    loader: '/lib64/ld-linux-x86-64.so.2',
    systems: ['debian', 'ubuntu'],
    systemRelease: 'bookworm',
    packageManager: 'apt',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04',
  },
  {
    triple: 'aarch64-unknown-linux-gnu',
    platform: 'linux/arm64',
    machine: 'aarch64',
    libc: 'glibc',
    loader: '/lib/ld-linux-aarch64.so.1',
    systems: ['debian', 'ubuntu'],
    systemRelease: 'bookworm',
    packageManager: 'apt',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04-arm',
  },
  {
    triple: 'x86_64-unknown-linux-musl',
    platform: 'linux/amd64',
    machine: 'x86_64',
    libc: 'musl',
    loader: '/lib/ld-musl-x86_64.so.1',
    systems: ['alpine'],
    systemRelease: '3.22',
    packageManager: 'apk',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04',
  },
  {
    triple: 'aarch64-unknown-linux-musl',
    platform: 'linux/arm64',
    machine: 'aarch64',
    libc: 'musl',
    loader: '/lib/ld-musl-aarch64.so.1',
    systems: ['alpine'],
    systemRelease: '3.22',
    packageManager: 'apk',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04-arm',
  },
];
