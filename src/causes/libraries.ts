import type { Packages } from './programs.js';

/** A library that C code of dependencies is compiled with. */
interface Library extends Packages {
  /** Its headers: of a directory where they end in a slash. */
  readonly headers: readonly string[];
  /** As after `-l`. */
  readonly links?: readonly string[];
  /** Names of its files of pkg-config. */
  readonly modules?: readonly string[];
}

/** Packages with headers, by what compilers, linkers and pkg-config call what is in them. */
const LIBRARIES: readonly Library[] = [
  row('libssl-dev', 'openssl-dev', ['openssl/'], ['ssl', 'crypto'], ['openssl', 'libssl', 'libcrypto']),
  row('libpq-dev', 'libpq-dev', ['libpq-fe.h', 'pg_config.h', 'postgresql/'], ['pq'], ['libpq']),
  row(
    'libmariadb-dev',
    'mariadb-dev',
    ['mysql.h', 'mysql/', 'mariadb/'],
    ['mysqlclient', 'mariadb'],
    ['libmariadb', 'mysqlclient'],
  ),
  row('libsqlite3-dev', 'sqlite-dev', ['sqlite3.h', 'sqlite3ext.h'], ['sqlite3'], ['sqlite3']),
  row('unixodbc-dev', 'unixodbc-dev', ['sql.h', 'sqlext.h', 'odbcinst.h'], ['odbc'], ['odbc']),
  row('zlib1g-dev', 'zlib-dev', ['zlib.h', 'zconf.h'], ['z'], ['zlib']),
  row('libbz2-dev', 'bzip2-dev', ['bzlib.h'], ['bz2'], ['bzip2']),
  row('liblzma-dev', 'xz-dev', ['lzma.h'], ['lzma'], ['liblzma']),
  row('libzstd-dev', 'zstd-dev', ['zstd.h'], ['zstd'], ['libzstd']),
  row('liblz4-dev', 'lz4-dev', ['lz4.h', 'lz4frame.h'], ['lz4'], ['liblz4']),
  row('libsnappy-dev', 'snappy-dev', ['snappy.h', 'snappy-c.h'], ['snappy'], ['snappy']),
  row('libsodium-dev', 'libsodium-dev', ['sodium.h'], ['sodium'], ['libsodium']),
  row('libargon2-dev', 'argon2-dev', ['argon2.h'], ['argon2'], ['libargon2']),
  row('libffi-dev', 'libffi-dev', ['ffi.h'], ['ffi'], ['libffi']),
  row('libgmp-dev', 'gmp-dev', ['gmp.h'], ['gmp'], ['gmp']),
  row('libexpat1-dev', 'expat-dev', ['expat.h'], ['expat'], ['expat']),
  row('libyaml-dev', 'yaml-dev', ['yaml.h'], ['yaml'], ['yaml-0.1']),
  row('libxml2-dev', 'libxml2-dev', ['libxml/'], ['xml2'], ['libxml-2.0']),
  row('libxslt1-dev', 'libxslt-dev', ['libxslt/'], ['xslt'], ['libxslt']),
  row('libcurl4-openssl-dev', 'curl-dev', ['curl/'], ['curl'], ['libcurl']),
  row('libgit2-dev', 'libgit2-dev', ['git2.h'], ['git2'], ['libgit2']),
  row('libicu-dev', 'icu-dev', ['unicode/'], ['icuuc', 'icui18n', 'icudata'], ['icu-uc', 'icu-i18n', 'icu-io']),
  row('libpcap-dev', 'libpcap-dev', ['pcap.h', 'pcap/'], ['pcap'], ['libpcap']),
  row('libmnl-dev', 'libmnl-dev', ['libmnl/'], ['mnl'], ['libmnl']),
  row('libsctp-dev', 'lksctp-tools-dev', ['netinet/sctp.h'], ['sctp'], ['libsctp']),
  row('libsrtp2-dev', 'libsrtp-dev', ['srtp2/'], ['srtp2'], ['libsrtp2']),
  row('libnice-dev', 'libnice-dev', ['nice/'], ['nice'], ['nice']),
  row('librdkafka-dev', 'librdkafka-dev', ['librdkafka/'], ['rdkafka'], ['rdkafka']),
  row('libvips-dev', 'vips-dev', ['vips/'], ['vips'], ['vips', 'vips-cpp']),
  row(
    'libmagickwand-dev',
    'imagemagick-dev',
    ['MagickWand/', 'wand/'],
    ['MagickWand-6.Q16'],
    ['MagickWand', 'MagickCore'],
  ),
  row('libjpeg-dev', 'libjpeg-turbo-dev', ['jpeglib.h'], ['jpeg'], ['libjpeg']),
  row('libpng-dev', 'libpng-dev', ['png.h'], ['png', 'png16'], ['libpng', 'libpng16']),
  row('libtiff-dev', 'tiff-dev', ['tiff.h', 'tiffio.h'], ['tiff'], ['libtiff-4']),
  row('libwebp-dev', 'libwebp-dev', ['webp/'], ['webp'], ['libwebp']),
  row('libcairo2-dev', 'cairo-dev', ['cairo.h', 'cairo/'], ['cairo'], ['cairo']),
  row(
    'libglib2.0-dev',
    'glib-dev',
    ['glib.h', 'gio/'],
    ['glib-2.0', 'gobject-2.0'],
    ['glib-2.0', 'gobject-2.0', 'gio-2.0'],
  ),
  row('libfreetype-dev', 'freetype-dev', ['ft2build.h', 'freetype/'], ['freetype'], ['freetype2']),
  row('libavcodec-dev', 'ffmpeg-dev', ['libavcodec/'], ['avcodec'], ['libavcodec']),
  row('libavformat-dev', 'ffmpeg-dev', ['libavformat/'], ['avformat'], ['libavformat']),
  row('libavutil-dev', 'ffmpeg-dev', ['libavutil/'], ['avutil'], ['libavutil']),
  row('libswscale-dev', 'ffmpeg-dev', ['libswscale/'], ['swscale'], ['libswscale']),
  row('libswresample-dev', 'ffmpeg-dev', ['libswresample/'], ['swresample'], ['libswresample']),
  row('libopus-dev', 'opus-dev', ['opus.h', 'opus/'], ['opus'], ['opus']),
  row('portaudio19-dev', 'portaudio-dev', ['portaudio.h'], ['portaudio'], ['portaudio-2.0']),
  row('libasound2-dev', 'alsa-lib-dev', ['alsa/'], ['asound'], ['alsa']),
  row('libopencv-dev', 'opencv-dev', ['opencv2/'], ['opencv_core'], ['opencv4']),
  row('libopenblas-dev', 'openblas-dev', ['cblas.h', 'openblas_config.h'], ['openblas', 'blas'], ['openblas', 'blas']),
  row('libudev-dev', 'eudev-dev', ['libudev.h'], ['udev'], ['libudev']),
  row('libusb-1.0-0-dev', 'libusb-dev', ['libusb-1.0/', 'libusb.h'], ['usb-1.0'], ['libusb-1.0']),
  row('libcap-dev', 'libcap-dev', ['sys/capability.h'], ['cap'], ['libcap']),
  row('libpam0g-dev', 'linux-pam-dev', ['security/'], ['pam'], ['pam']),
  row('libldap-dev', 'openldap-dev', ['ldap.h'], ['ldap', 'lber'], ['ldap']),
  row(
    'libncurses-dev',
    'ncurses-dev',
    ['ncurses.h', 'curses.h', 'term.h'],
    ['ncurses', 'ncursesw', 'tinfo'],
    ['ncurses', 'ncursesw'],
  ),
  row('libreadline-dev', 'readline-dev', ['readline/'], ['readline'], ['readline']),
  row('libpcre2-dev', 'pcre2-dev', ['pcre2.h'], ['pcre2-8'], ['libpcre2-8']),
  row('libuv1-dev', 'libuv-dev', ['uv.h', 'uv/'], ['uv'], ['libuv']),
  row('libev-dev', 'libev-dev', ['ev.h'], ['ev'], []),
  row('libevent-dev', 'libevent-dev', ['event.h', 'event2/'], ['event'], ['libevent']),
  row('liblmdb-dev', 'lmdb-dev', ['lmdb.h'], ['lmdb'], ['lmdb']),
  row('libleveldb-dev', 'leveldb-dev', ['leveldb/'], ['leveldb'], ['leveldb']),
  row('librocksdb-dev', 'rocksdb-dev', ['rocksdb/'], ['rocksdb'], ['rocksdb']),
  row('libprotobuf-dev', 'protobuf-dev', ['google/protobuf/'], ['protobuf'], ['protobuf']),
  row('libtesseract-dev', 'tesseract-ocr-dev', ['tesseract/'], ['tesseract'], ['tesseract']),
  row('libgeos-dev', 'geos-dev', ['geos_c.h', 'geos/'], ['geos_c', 'geos'], ['geos']),
  row('libproj-dev', 'proj-dev', ['proj.h'], ['proj'], ['proj']),
  row('libgdal-dev', 'gdal-dev', ['gdal.h', 'gdal/'], ['gdal'], ['gdal']),
  row('libmagic-dev', 'file-dev', ['magic.h'], ['magic'], ['libmagic']),
  row('libdbus-1-dev', 'dbus-dev', ['dbus/'], ['dbus-1'], ['dbus-1']),
  row('libbluetooth-dev', 'bluez-dev', ['bluetooth/'], ['bluetooth'], ['bluez']),
  row('libclang-dev', 'clang-dev', ['clang-c/'], ['clang'], []),
  row('linux-libc-dev', 'linux-headers', ['linux/', 'asm/'], [], []),
  row(
    'libc6-dev',
    'musl-dev',
    ['stdio.h', 'stdlib.h', 'string.h', 'stdint.h', 'errno.h', 'unistd.h'],
    ['c', 'm', 'pthread', 'dl'],
    [],
  ),
  row('g++', 'g++', ['iostream', 'string', 'vector', 'memory'], ['stdc++'], []),
];

function row(
  debian: string,
  alpine: string,
  headers: readonly string[],
  links: readonly string[],
  modules: readonly string[],
): Library {
  return { debian, alpine, headers, links, modules };
}

/** The packages with a header, by its path as after `#include`. */
export function withHeader(header: string): Packages | undefined {
  return LIBRARIES.find(({ headers }) =>
    headers.some((known) => (known.endsWith('/') ? header.startsWith(known) : header === known)),
  );
}

/** The packages with a library, by its name as after `-l`. */
export function withLibrary(name: string): Packages | undefined {
  return LIBRARIES.find(({ links }) => links?.includes(name));
}

/** The packages with a file of pkg-config, by its name without `.pc`. */
export function withModule(name: string): Packages | undefined {
  return LIBRARIES.find(({ modules }) => modules?.includes(name));
}
