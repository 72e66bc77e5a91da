import { readElf, type ElfFile } from './elf/elf.js';
import { ElfError } from './elf/error.js';
import { prefixFilter } from './elf/symbols.js';
import { libcOf } from './libc-of.js';
import { neededSymbols, usesPrivateSymbols, type NeededSymbols } from './symbol-versions.js';
import type { AuditedFile } from './report.js';
import type { ReleaseFile } from './release-file.js';

/** The facts that the audit keeps about an ELF file. */
export interface CodeFile {
  readonly path: string;
  readonly kind: Exclude<AuditedFile['kind'], 'not-elf'>;
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly libc: AuditedFile['libc'] | 'both';
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** Directories that the loader searches before the system's; see `ElfFile.runpath`. */
  readonly searchPath: readonly string[];
  readonly symbols: readonly NeededSymbols[];
  readonly privateSymbols: boolean;
  /** All symbol versions that it defines. */
  readonly definedVersions: readonly string[];
  /** Undefined symbols of the emulator: `enif_*`, `driver_*`, `erl_drv_*`. */
  readonly emulatorSymbols: readonly string[];
  /** Such symbols that it exports. */
  readonly offeredEmulatorSymbols: readonly string[];
  /** Whether it has undefined symbols that neither the emulator nor the loader provides. */
  readonly usesUnnamedLibraries: boolean;
  /** Whether it calls `dlopen`. */
  readonly usesDlopen: boolean;
  /** Where names of libraries can be in it; see `ElfFile.data`. */
  readonly data: ElfFile['data'];
  readonly x86Level: ElfFile['x86Level'];
  readonly executableStack: boolean;
  readonly alignment: number | undefined;
}

/**
 * The prefixes of all symbols that this module and `libcOf` look for: `enif_…`, `driver_…`, `dlopen`, `nif_init`,
 * `__…_chk` and others.
 */
export const AUDITED_SYMBOLS = prefixFilter({
  undefined: ['en', 'er', 'dr', 'dl', '__'],
  exported: ['en', 'er', 'dr', 'ni'],
});
const EMULATOR_SYMBOL = /^(?:enif_|driver_|erl_drv_)/;
const EMULATOR_OR_LOADER = /^(?:enif_|driver_|erl_|erts_|__|dl_iterate_phdr$)/;

/** @returns an `ElfError` for a malformed file */
export function readCodeFile(file: ReleaseFile): CodeFile | ElfError {
  try {
    return codeFile(file.path, readElf(file.content, AUDITED_SYMBOLS));
  } catch (error) {
    if (error instanceof ElfError) return error;
    throw error;
  }
}

export function codeFile(path: string, elf: ElfFile): CodeFile {
  const undefinedNames = elf.undefinedSymbols.filter(({ weak }) => !weak).map(({ name }) => name);
  const exported = elf.exportedSymbols.map(({ name }) => name);
  const emulatorSymbols = undefinedNames.filter((name) => EMULATOR_SYMBOL.test(name));
  const entryPoints = exported.some((name) => name === 'nif_init' || name === 'driver_init');
  return {
    path,
    kind: kindOf(path, elf, emulatorSymbols.length > 0 || entryPoints),
    machine: elf.machine.name,
    bits: elf.bits,
    byteOrder: elf.byteOrder,
    libc: libcOf(elf),
    interpreter: elf.interpreter,
    needed: elf.needed,
    soname: elf.soname,
    searchPath: (elf.runpath ?? elf.rpath)?.split(':') ?? [],
    symbols: neededSymbols(elf.versionNeeds),
    privateSymbols: usesPrivateSymbols(elf.versionNeeds),
    definedVersions: elf.versionDefinitions.filter(({ base }) => !base).map(({ name }) => name),
    emulatorSymbols,
    offeredEmulatorSymbols: exported.filter((name) => EMULATOR_SYMBOL.test(name)),
    usesUnnamedLibraries: elf.skippedUndefined > 0 || undefinedNames.some((name) => !EMULATOR_OR_LOADER.test(name)),
    usesDlopen: undefinedNames.includes('dlopen'),
    data: elf.data,
    x86Level: elf.x86Level,
    executableStack: needsExecutableStack(elf),
    alignment: elf.alignment,
  };
}

function kindOf(path: string, { kind }: ElfFile, isNif: boolean): CodeFile['kind'] {
  const ofErts = /^erts-[^/]+\/bin\//.test(path);
  switch (kind) {
    case 'program':
      return ofErts ? 'erts' : 'port';
    case 'static':
    case 'static-pie':
      return ofErts ? 'erts' : 'static';
    case 'library':
      return isNif ? 'nif' : 'library';
    default:
      return 'object';
  }
}

/** A library without `PT_GNU_STACK` gets the loader's default, an executable stack. */
function needsExecutableStack({ executableStack, kind }: ElfFile): boolean {
  return executableStack ?? kind === 'library';
}
