import type { ElfFile } from './elf/elf.js';

/** What tells the C library that a file was linked with. */
type Linkage = Pick<ElfFile, 'kind' | 'interpreter' | 'needed' | 'versionNeeds' | 'undefinedSymbols' | 'passedOver'>;

/**
 * The C library that a file was linked with: by its loader, by what it needs, by versions of symbols, which musl has
 * none of, and by functions that only glibc has.
 *
 * `none` is a file that needs none; `unknown` one that leans on functions without saying whose they are; `both` one that
 * contradicts itself, and can be loaded by neither.
 */
export function libcOf(file: Linkage): 'glibc' | 'musl' | 'both' | 'none' | 'unknown' {
  const musl = isMuslLoader(file.interpreter) || file.needed.some(isMuslLibrary);
  const glibc =
    isGlibcLoader(file.interpreter) || file.needed.some(isGlibcLibrary) || file.versionNeeds.some(hasGlibcVersion);
  if (musl && glibc) return 'both';
  if (musl) return 'musl';
  if (glibc) return 'glibc';
  if (file.undefinedSymbols.some(({ name, weak }) => !weak && FORTIFIED.test(name))) return 'glibc';
  const leans = file.passedOver > 0 || file.undefinedSymbols.some(({ weak }) => !weak);
  return file.kind === 'library' || file.kind === 'program'
    ? leans || file.needed.length > 0
      ? 'unknown'
      : 'none'
    : 'none';
}

/** As gcc writes calls where glibc checks bounds. musl has no such functions, but the one for the stack. */
const FORTIFIED = /^__(?!stack)\w+_chk$/;

/** The name that musl's own tools give is `libc.so`; Alpine's is `libc.musl-x86_64.so.1`. */
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
