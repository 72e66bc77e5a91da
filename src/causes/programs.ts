import type { PackageSystem } from './rule.js';

/** The packages that have a program, by family. */
export type Packages = Readonly<Record<PackageSystem, string>>;

/** Programs that builds and releases call, and that a slim image does not have. */
export const PROGRAMS: Readonly<Record<string, Packages | undefined>> = {
  aclocal: both('automake'),
  ar: both('binutils'),
  as: both('binutils'),
  autoconf: both('autoconf'),
  autoheader: both('autoconf'),
  automake: both('automake'),
  autoreconf: both('autoconf automake libtool'),
  bash: both('bash'),
  bison: both('bison'),
  bzip2: both('bzip2'),
  'c++': both('g++'),
  cargo: both('cargo'),
  cc: { debian: 'gcc libc6-dev', alpine: 'gcc musl-dev' },
  chromium: both('chromium'),
  clang: both('clang'),
  'clang++': both('clang'),
  cmake: both('cmake'),
  convert: both('imagemagick'),
  curl: both('curl'),
  ffmpeg: both('ffmpeg'),
  ffprobe: both('ffmpeg'),
  file: both('file'),
  flex: both('flex'),
  'g++': both('g++'),
  gcc: { debian: 'gcc libc6-dev', alpine: 'gcc musl-dev' },
  gfortran: both('gfortran'),
  git: both('git'),
  'git-lfs': both('git-lfs'),
  glibtoolize: both('libtool'),
  gpg: both('gnupg'),
  gs: both('ghostscript'),
  identify: both('imagemagick'),
  java: { debian: 'default-jre-headless', alpine: 'openjdk21-jre-headless' },
  ld: both('binutils'),
  libtool: both('libtool'),
  libtoolize: both('libtool'),
  m4: both('m4'),
  magick: both('imagemagick'),
  make: both('make'),
  meson: both('meson'),
  nasm: both('nasm'),
  ninja: { debian: 'ninja-build', alpine: 'ninja' },
  node: both('nodejs'),
  nodejs: both('nodejs'),
  npm: both('nodejs npm'),
  npx: both('nodejs npm'),
  openssl: both('openssl'),
  patch: both('patch'),
  patchelf: both('patchelf'),
  pdftotext: both('poppler-utils'),
  pdftoppm: both('poppler-utils'),
  perl: both('perl'),
  pip: { debian: 'python3-pip', alpine: 'py3-pip' },
  pip3: { debian: 'python3-pip', alpine: 'py3-pip' },
  'pkg-config': { debian: 'pkg-config', alpine: 'pkgconf' },
  pkgconf: both('pkgconf'),
  protoc: { debian: 'protobuf-compiler', alpine: 'protoc' },
  ps: both('procps'),
  psql: both('postgresql-client'),
  python: { debian: 'python-is-python3', alpine: 'python3' },
  python3: both('python3'),
  'rsvg-convert': { debian: 'librsvg2-bin', alpine: 'rsvg-convert' },
  ruby: both('ruby'),
  rustc: { debian: 'rustc', alpine: 'rust' },
  sqlite3: { debian: 'sqlite3', alpine: 'sqlite' },
  ssh: both('openssh-client'),
  swig: both('swig'),
  tar: both('tar'),
  tesseract: both('tesseract-ocr'),
  unzip: both('unzip'),
  wget: both('wget'),
  xz: { debian: 'xz-utils', alpine: 'xz' },
  yarn: { debian: 'yarnpkg', alpine: 'yarn' },
  zip: both('zip'),
  zstd: both('zstd'),
};

function both(name: string): Packages {
  return { debian: name, alpine: name };
}

/** The packages of a program, or of what a compiler looks for, in the words of advice. */
export function inPackages(packages: Packages, system: PackageSystem | undefined): string {
  if (system !== undefined) return `packages: ${packages[system]}`;
  if (packages.debian === packages.alpine) return `packages: ${packages.debian}`;
  return `packages: ${packages.debian} on Debian and Ubuntu, ${packages.alpine} on Alpine`;
}
