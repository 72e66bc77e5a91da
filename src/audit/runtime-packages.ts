import type { Libc } from '../targets/table.js';
import { compareDotted } from '../dotted-numbers.js';

/** A package's names before and since Debian's and Ubuntu's renames for 64-bit time. */
export type Renamed = readonly [before: string, since: string];

/** The packages that provide a library. Where one is absent, no release of the system has that version of it. */
export interface RuntimePackage {
  /** As in `DT_NEEDED`. */
  readonly library: string;
  readonly debian?: string | Renamed;
  readonly ubuntu?: string | Renamed;
  readonly rhel?: string;
  readonly alpine?: string;
}

/** Names that differ from the default; null for a system without the library. */
type Names = Readonly<Partial<Record<'ubuntu' | 'rhel' | 'alpine', string | null>>>;

/**
 * Libraries that releases commonly need, with the packages that provide them: for a release whose builder is gone, and
 * for other systems than the builder's, whose own database is asked first.
 *
 * Sources:
 *
 * - Debian: the index of files (`Contents`) of bullseye, bookworm, trixie and forky. A test checks each row against it.
 * - Ubuntu takes these packages from Debian under the same names. Its slices (canonical/chisel-releases, the branches
 *   of
 *   20.04 to 26.10 in July 2026) list the files of most: each of these libraries is there in the package of this table,
 *   with 64-bit time from 24.04 on, but for MariaDB's, SCTP, ODBC, libusb, vips, libxslt and libsodium 26, which are not
 *   there.
 * - RHEL and derivatives, where a name is given: Red Hat's package manifests of RHEL 9, and Fedora's package pages.
 *   Elsewhere the capability that every package there provides for each of its libraries, as written by rpm's
 *   generator: `libpq.so.5()(64bit)`, which dnf accepts as a name.
 * - Alpine, where a name is given: its package pages, its recipes (alpinelinux/aports), and the lists of its
 *   images in docker-library/repo-info.
 *   Elsewhere the name that abuild provides for each library, `so:libpq.so.5`, which apk accepts.
 */
export const RUNTIME_PACKAGES: readonly RuntimePackage[] = [
  row('libstdc++.so.6', 'libstdc++6', { rhel: 'libstdc++', alpine: 'libstdc++' }),
  row('libgcc_s.so.1', 'libgcc-s1', { rhel: 'libgcc', alpine: 'libgcc' }),
  row('libz.so.1', 'zlib1g', { rhel: 'zlib', alpine: 'zlib' }),
  // Alpine builds ncurses as one library, for wide characters.
  row('libtinfo.so.6', 'libtinfo6', { rhel: 'ncurses-libs', alpine: null }),
  row('libncurses.so.6', 'libncurses6', { rhel: 'ncurses-libs', alpine: null }),
  row('libncursesw.so.6', 'libncursesw6', { rhel: 'ncurses-libs', alpine: 'libncursesw' }),
  row('libcrypto.so.3', t64('libssl3'), { rhel: 'openssl-libs', alpine: 'libcrypto3' }),
  row('libssl.so.3', t64('libssl3'), { rhel: 'openssl-libs', alpine: 'libssl3' }),
  row('libcrypto.so.1.1', 'libssl1.1'),
  row('libssl.so.1.1', 'libssl1.1'),
  row('libsystemd.so.0', 'libsystemd0', { rhel: 'systemd-libs', alpine: null }),
  row('libsctp.so.1', 'libsctp1', { rhel: 'lksctp-tools' }),
  row('libodbc.so.2', 'libodbc2', { alpine: 'unixodbc' }),
  row('libatomic.so.1', 'libatomic1'),
  row('libgomp.so.1', 'libgomp1'),
  // musl has it in its C library.
  row('libcrypt.so.1', 'libcrypt1', { alpine: null }),
  row('libffi.so.8', 'libffi8'),
  row('libexpat.so.1', 'libexpat1'),
  row('libgmp.so.10', 'libgmp10'),
  // Others call it libbz2.so.1.
  row('libbz2.so.1.0', 'libbz2-1.0', { rhel: null, alpine: null }),
  row('liblzma.so.5', 'liblzma5'),
  row('libzstd.so.1', 'libzstd1'),
  row('liblz4.so.1', 'liblz4-1'),
  row('libsnappy.so.1', 'libsnappy1v5'),
  row('libuuid.so.1', 'libuuid1'),
  row('libcap.so.2', 'libcap2'),
  row('libudev.so.1', 'libudev1'),
  row('libusb-1.0.so.0', 'libusb-1.0-0'),
  row('libnuma.so.1', 'libnuma1'),
  row('libpam.so.0', 'libpam0g'),
  row('libreadline.so.8', t64('libreadline8')),
  row('libpcre2-8.so.0', 'libpcre2-8-0'),
  row('libyaml-0.so.2', 'libyaml-0-2'),
  row('libxml2.so.2', 'libxml2'),
  row('libxml2.so.16', 'libxml2-16'),
  row('libxslt.so.1', 'libxslt1.1'),
  row('libsqlite3.so.0', 'libsqlite3-0'),
  row('libpq.so.5', 'libpq5'),
  row('libmariadb.so.3', 'libmariadb3'),
  row('liblmdb.so.0', 'liblmdb0'),
  row('libsodium.so.23', 'libsodium23'),
  row('libsodium.so.26', 'libsodium26'),
  // RHEL has libsasl2.so.3.
  row('libsasl2.so.2', 'libsasl2-2', { rhel: null }),
  row('libgssapi_krb5.so.2', 'libgssapi-krb5-2'),
  row('libcurl.so.4', t64('libcurl4')),
  row('libssh2.so.1', t64('libssh2-1')),
  row('libzmq.so.5', 'libzmq5'),
  row('librdkafka.so.1', 'librdkafka1'),
  row('libdbus-1.so.3', 'libdbus-1-3'),
  row('libmnl.so.0', 'libmnl0'),
  row('libprotobuf-c.so.1', 'libprotobuf-c1'),
  row('libmagic.so.1', t64('libmagic1')),
  row('libpng16.so.16', t64('libpng16-16')),
  row('libtiff.so.6', 'libtiff6'),
  row('libwebp.so.7', 'libwebp7'),
  row('libvips.so.42', t64('libvips42')),
  row('libglib-2.0.so.0', t64('libglib2.0-0')),
  row('libgobject-2.0.so.0', t64('libglib2.0-0')),
  row('libasound.so.2', t64('libasound2')),
];

function row(library: string, debian: string | Renamed, names: Names = {}): RuntimePackage {
  const { ubuntu = debian, rhel = `${library}()(64bit)`, alpine = `so:${library}` } = names;
  return {
    library,
    debian,
    ...(ubuntu === null ? {} : { ubuntu }),
    ...(rhel === null ? {} : { rhel }),
    ...(alpine === null ? {} : { alpine }),
  };
}

function t64(name: string): Renamed {
  return [name, `${name}t64`];
}

const BY_LIBRARY: ReadonlyMap<string, RuntimePackage> = new Map(RUNTIME_PACKAGES.map((each) => [each.library, each]));

/** The packages that provide a library on systems with a C library; undefined where none of them does. */
export function packageOf(library: string, libc: Libc): RuntimePackage | undefined {
  const found = BY_LIBRARY.get(library);
  const has = libc === 'musl' ? found?.alpine : (found?.debian ?? found?.ubuntu ?? found?.rhel);
  return has === undefined ? undefined : found;
}

/** The glibc of the last systems before the renames: Debian bookworm; Ubuntu jammy has 2.35. */
const LAST_BEFORE_T64 = '2.36';

/**
 * The name for a release that runs with glibc from `glibc` on. The older name as long as the machine may be an older
 * system: newer systems accept it, too, because the renamed package provides it.
 */
export function nameFor(name: string | Renamed, glibc: string | undefined): string {
  if (typeof name === 'string') return name;
  return glibc !== undefined && compareDotted(glibc, LAST_BEFORE_T64) > 0 ? name[1] : name[0];
}
