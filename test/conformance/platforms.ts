/** One of the systems that the suite builds for and runs on. */
export interface Platform {
  /** Short name, as in `debian:NAME-slim`. */
  readonly name: string;
  readonly target: string;
  /** Base image that the product builds in. */
  readonly image: string;
  /** Clean image of the target, without Erlang. */
  readonly host: string;
  /** Version of Elixir in the base image, such as `1.18`. */
  readonly elixir: string;
  readonly otp: string;
  readonly libc: 'glibc' | 'musl';
  /** What a virtual machine prints of itself in the clean image, beside what it is asked for. */
  readonly noise?: RegExp;
}

/** OTP 29 looks for a library that the clean image has not, and says so on standard output at every start. */
const NO_SCTP = /=ESOCK WARNING MSG====[^\n]*\n\[UNIX-ESSIO\] Failed open sctp dynamic library: [^\n]*\n\s*/g;

const GNU = 'x86_64-unknown-linux-gnu';
const MUSL = 'x86_64-unknown-linux-musl';

/** Every platform, the one that is tested in full first. */
export const PLATFORMS: readonly Platform[] = [
  {
    name: 'trixie',
    target: GNU,
    image: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
    host: 'debian:trixie-slim',
    elixir: '1.18',
    otp: '27',
    libc: 'glibc',
  },
  {
    name: 'bookworm',
    target: GNU,
    image: 'hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20231009-slim',
    host: 'debian:bookworm-slim',
    elixir: '1.14',
    otp: '25',
    libc: 'glibc',
  },
  {
    name: 'forky',
    target: GNU,
    image: 'hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky-20260801-slim',
    host: 'debian:forky-slim',
    elixir: '1.20',
    otp: '29',
    libc: 'glibc',
    noise: NO_SCTP,
  },
  {
    name: 'bullseye',
    target: GNU,
    image: 'hexpm/elixir:1.10.3-erlang-23.2.6-debian-bullseye-20210902-slim',
    host: 'debian:bullseye-slim',
    elixir: '1.10',
    otp: '23',
    libc: 'glibc',
  },
  {
    name: 'musl',
    target: MUSL,
    image: 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1',
    host: 'alpine:3.22',
    elixir: '1.18',
    otp: '27',
    libc: 'musl',
  },
];

/** The image that packages are made in: what is in a package does not depend on who made it. */
export const PACKAGER = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';

/** Whether a version such as `1.14` is the same as another one or later. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

/**
 * The platforms that a target and a version of Elixir choose; undefined stands for any.
 *
 * @param elixir - such as `1.14` or `1.14.0`
 */
export function choosePlatforms(target: string | undefined, elixir: string | undefined): readonly Platform[] {
  return PLATFORMS.filter(
    (platform) =>
      (target === undefined || platform.target === target) &&
      (elixir === undefined || elixir === platform.elixir || elixir.startsWith(`${platform.elixir}.`)),
  );
}
