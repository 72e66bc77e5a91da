import type { ElfFile } from './elf/elf.js';

/** The facts that identify the C library that a file was linked with. */
type Linkage = Pick<
  ElfFile,
  'kind' | 'interpreter' | 'needed' | 'versionNeeds' | 'undefinedSymbols' | 'skippedUndefined'
>;

/**
 * The C library that a file was linked with: by its loader, its needed libraries, its symbol versions, which musl
 * does not have, and functions that only glibc has.
 *
 * `none`: the file needs none. `unknown`: it has undefined symbols, and nothing says whose they are. `both`: it
 * contradicts itself, and neither loader can load it.
 */
export function libcOf(file: Linkage): 'glibc' | 'musl' | 'both' | 'none' | 'unknown' {
  const musl = isMuslLoader(file.interpreter) || file.needed.some(isMuslLibrary);
  const glibc =
    isGlibcLoader(file.interpreter) || file.needed.some(isGlibcLibrary) || file.versionNeeds.some(hasGlibcVersion);
  if (musl && glibc) return 'both';
  if (musl) return 'musl';
  if (glibc) return 'glibc';
  if (file.undefinedSymbols.some(({ name, weak }) => !weak && FORTIFIED.test(name))) return 'glibc';
  const usesUndefined = file.skippedUndefined > 0 || file.undefinedSymbols.some(({ weak }) => !weak);
  return file.kind === 'library' || file.kind === 'program'
    ? usesUndefined || file.needed.length > 0
      ? 'unknown'
      : 'none'
    : 'none';
}

/** The bounds-checked variants that gcc calls with `_FORTIFY_SOURCE`. musl has none of them but `__stack_chk_fail`. */
const FORTIFIED = /^__(?!stack)\w+_chk$/;

/** musl's own tools link to `libc.so`, Alpine's to `libc.musl-x86_64.so.1`. */
function isMuslLibrary(name: string): boolean {
  return name === 'libc.so' || /^(?:libc\.musl-|ld-musl-)/.test(name);
}

function isGlibcLibrary(name: string): boolean {
  return name === 'libc.so.6' || /^(?:ld-linux|ld64\.so)/.test(name);
}

function isMuslLoader(interpreter: string | undefined): boolean {
  return interpreter !== undefined && baseName(interpreter).startsWith('ld-musl-');
}

function isGlibcLoader(interpreter: string | undefined): boolean {
  return interpreter !== undefined && /^(?:ld-linux|ld64\.so|ld\.so)/.test(baseName(interpreter));
}

function hasGlibcVersion({ versions }: Linkage['versionNeeds'][number]): boolean {
  return versions.some(({ name }) => name.startsWith('GLIBC_'));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
