import type { PackageFamily } from './system-image.js';

/** Packages that have a shared library, by the families of systems; undefined where that family has none. */
type Packages = Readonly<Partial<Record<PackageFamily, string>>>;

const named = (debian: string, alpine: string | undefined, rhel: string | undefined): Packages => ({
  debian,
  ubuntu: debian,
  ...(alpine !== undefined && { alpine }),
  ...(rhel !== undefined && { rhel }),
});

/** By `SONAME`. Where Debian's name ends in `t64` today, the shorter one stands for it in every release. */
const LIBRARIES: Readonly<Record<string, Packages>> = {
  'libcrypto.so.3': named('libssl3', 'libcrypto3', 'openssl-libs'),
  'libssl.so.3': named('libssl3', 'libssl3', 'openssl-libs'),
  'libcrypto.so.1.1': named('libssl1.1', 'libcrypto1.1', 'compat-openssl11'),
  'libssl.so.1.1': named('libssl1.1', 'libssl1.1', 'compat-openssl11'),
  'libstdc++.so.6': named('libstdc++6', 'libstdc++', 'libstdc++'),
  'libgcc_s.so.1': named('libgcc-s1', 'libgcc', 'libgcc'),
  'libatomic.so.1': named('libatomic1', 'libatomic', 'libatomic'),
  'libgomp.so.1': named('libgomp1', 'libgomp', 'libgomp'),
  'libtinfo.so.6': named('libtinfo6', undefined, 'ncurses-libs'),
  'libncursesw.so.6': named('libncursesw6', 'ncurses-libs', 'ncurses-libs'),
  'libz.so.1': named('zlib1g', 'zlib', 'zlib'),
  'libzstd.so.1': named('libzstd1', 'zstd-libs', 'libzstd'),
  'libsystemd.so.0': named('libsystemd0', undefined, 'systemd-libs'),
  'libsctp.so.1': named('libsctp1', 'lksctp-tools', 'lksctp-tools'),
  'libodbc.so.2': named('libodbc2', 'unixodbc', 'unixODBC'),
  'libsqlite3.so.0': named('libsqlite3-0', 'sqlite-libs', 'sqlite-libs'),
  'libsodium.so.23': named('libsodium23', 'libsodium', 'libsodium'),
  'libpq.so.5': named('libpq5', 'libpq', 'libpq'),
  'libffi.so.8': named('libffi8', 'libffi', 'libffi'),
};

/** The package of a family of systems that has a library, where it is known. */
export function packageOf(library: string, family: PackageFamily): string | undefined {
  return LIBRARIES[library]?.[family];
}

/** What to install for a library, for people who run the release on any of the systems. */
export function packagesHint(library: string): string | undefined {
  const { debian, alpine, rhel } = LIBRARIES[library] ?? {};
  if (debian === undefined) return undefined;
  const rest = [alpine && `${alpine} on Alpine`, rhel && `${rhel} on Fedora and its like`].filter(Boolean);
  return [`${debian} on Debian and Ubuntu`, ...rest].join(', ');
}
