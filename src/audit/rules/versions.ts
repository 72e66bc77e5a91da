import { compareDotted } from '../../dotted-numbers.js';
import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding, SymbolFloor } from '../report.js';
import { FAMILIES, FAMILY_NAMES, floorOf, type Family, type NeededSymbols } from '../symbol-versions.js';
import { error } from './finding.js';
import type { Libraries } from './libraries.js';

const CODES: Readonly<Record<Family, string>> = {
  glibc: 'glibc-too-new',
  glibcxx: 'glibcxx-too-new',
  cxxabi: 'cxxabi-too-new',
  gcc: 'gcc-too-new',
};

/**
 * The symbol versions that each file needs from the system; those that a library in the release defines do not count.
 */
export function floorsOf(files: readonly CodeFile[], libraries: Libraries): ReadonlyMap<CodeFile, SymbolFloor> {
  return new Map(files.map((file) => [file, floorOf(neededOfSystem(file, libraries))]));
}

function neededOfSystem({ symbols }: CodeFile, libraries: Libraries): readonly NeededSymbols[] {
  return symbols.filter(({ family, version, library }) => {
    return !libraries.offers(library, `${FAMILY_NAMES[family]}_${version}`);
  });
}

/** Findings about symbols that are too new, and about glibc's private symbols. */
export function versionFindings(
  files: readonly CodeFile[],
  policy: Policy,
  floors: ReadonlyMap<CodeFile, SymbolFloor>,
): readonly Finding[] {
  return files.flatMap((file) => {
    const floor = floors.get(file) ?? {};
    const tooNew = FAMILIES.flatMap((family) => {
      const [needed, allowed] = [floor[family], policy.allowed[family]];
      if (needed === undefined || allowed === undefined || compareDotted(needed, allowed) <= 0) return [];
      return [error(CODES[family], file.path, tooNewMessage(family, needed, allowed, policy), nextFor(family, policy))];
    });
    return [...tooNew, ...(file.privateSymbols ? [privateSymbols(file)] : [])];
  });
}

function tooNewMessage(family: Family, needed: string, allowed: string, { allowed: { glibc = '' } }: Policy): string {
  if (family === 'glibc') return `it needs glibc ${needed}; the highest allowed is ${allowed}`;
  const name = FAMILY_NAMES[family];
  return `it needs ${name}_${needed}; systems with glibc ${glibc} have at most ${name}_${allowed}`;
}

function nextFor(family: Family, { allowed: { glibc = '' } }: Policy): string {
  const what = family === 'glibc' ? 'glibc' : 'compiler';
  return `Compile it on a system with an older ${what}: a precompiled NIF can often be built from source instead. Or allow a glibc above ${glibc}, if every machine has it.`;
}

function privateSymbols({ path }: CodeFile): Finding {
  return error(
    'glibc-private-symbols',
    path,
    'it needs GLIBC_PRIVATE symbols, which belong to a single build of glibc',
    "Remove parts of glibc such as libpthread from the release, and link to the system's shared libraries.",
  );
}
