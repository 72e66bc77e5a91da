/** Operating systems of base images. */
export type System = 'debian' | 'ubuntu' | 'alpine';

/** C libraries, as the probe of an image reports them. */
export type Libc = 'glibc' | 'musl';

/** A machine that a release can be built for. */
export interface Target {
  /** Target triple, as compilers and `rustc --print target-list` spell it. */
  readonly triple: string;
  /** Platform as image indexes and engines name it: `os/architecture`. */
  readonly platform: string;
  /** The architecture of `platform`: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `uname -m` on the target. */
  readonly machine: string;
  /** `e_machine` of its ELF files, as `elf.h` names it without `EM_`, in lower case. */
  readonly elfMachine: string;
  readonly libc: Libc;
  /** Absolute path of the dynamic loader: the interpreter (`PT_INTERP`) of the target's programs. */
  readonly loader: string;
  /** Systems of base images with this C library; the first is the default. */
  readonly systems: readonly [System, ...System[]];
  /** Release of the default system: an older one, because releases built on it also run on newer ones. */
  readonly systemRelease: string;
  /** The package manager of these systems. */
  readonly packageManager: 'apt' | 'apk';
  /** Default versions; their newest patches are used. */
  readonly fallback: { readonly elixir: string; readonly otp: string };
  /** GitHub-hosted runner of the target's architecture. */
  readonly runner: string;
}

/**
 * All supported targets. Any other triple is an error, never a guess.
 *
 * The loaders are those that `readelf -l` shows for programs in images of Debian and Alpine for these platforms.
 */
export const TARGETS: readonly Target[] = [
  {
    triple: 'x86_64-unknown-linux-gnu',
    platform: 'linux/amd64',
    architecture: 'amd64',
    machine: 'x86_64',
    elfMachine: 'x86_64',
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
    architecture: 'arm64',
    machine: 'aarch64',
    elfMachine: 'aarch64',
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
    architecture: 'amd64',
    machine: 'x86_64',
    elfMachine: 'x86_64',
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
    architecture: 'arm64',
    machine: 'aarch64',
    elfMachine: 'aarch64',
    libc: 'musl',
    loader: '/lib/ld-musl-aarch64.so.1',
    systems: ['alpine'],
    systemRelease: '3.22',
    packageManager: 'apk',
    fallback: { elixir: '1.18', otp: '27' },
    runner: 'ubuntu-24.04-arm',
  },
];
