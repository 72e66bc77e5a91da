import { readElf, type ElfFile } from './elf/elf.js';
import { ElfError } from './elf/error.js';
import { beginnings } from './elf/symbols.js';
import { libcOf } from './libc-of.js';
import { neededSymbols, usesPrivateSymbols, type NeededSymbols } from './symbol-versions.js';
import type { AuditedFile } from './report.js';
import type { ReleaseFile } from './release-file.js';

/** What the audit keeps of an ELF file. */
export interface CodeFile {
  readonly path: string;
  readonly kind: Exclude<AuditedFile['kind'], 'foreign'>;
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  readonly libc: AuditedFile['libc'] | 'both';
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  /** The directories that the loader looks in first; see `ElfFile.runpath`. */
  readonly searchPath: readonly string[];
  readonly symbols: readonly NeededSymbols[];
  readonly privateSymbols: boolean;
  /** All versions that it offers. */
  readonly definedVersions: readonly string[];
  /** Names of the emulator's functions that it must find: `enif_*`, `driver_*`, `erl_drv_*`. */
  readonly emulatorSymbols: readonly string[];
  /** Such names that it offers. */
  readonly offeredEmulatorSymbols: readonly string[];
  /** Whether it needs functions of libraries that it does not name. */
  readonly leansOnOthers: boolean;
  /** Whether it loads libraries by name. */
  readonly usesDlopen: boolean;
  /** Where such names can be in it; see `ElfFile.data`. */
  readonly data: ElfFile['data'];
  readonly x86Level: ElfFile['x86Level'];
  readonly executableStack: boolean;
  readonly alignment: number | undefined;
}

/** Of all names that are asked about here and in `libcOf`: `enif_…`, `driver_…`, `dlopen`, `nif_init`, `__…_chk` and the like. */
export const ASKED_ABOUT = beginnings({
  undefined: ['en', 'er', 'dr', 'dl', '__'],
  exported: ['en', 'er', 'dr', 'ni'],
});
const EMULATOR_SYMBOL = /^(?:enif_|driver_|erl_drv_)/;
const EMULATOR_OR_LOADER = /^(?:enif_|driver_|erl_|erts_|__|dl_iterate_phdr$)/;

/** @returns why it cannot be loaded, where it cannot */
export function readCodeFile(file: ReleaseFile): CodeFile | ElfError {
  try {
    return codeFile(file.path, readElf(file.content, ASKED_ABOUT));
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
    leansOnOthers: elf.passedOver > 0 || undefinedNames.some((name) => !EMULATOR_OR_LOADER.test(name)),
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

/** A library that says nothing gets the default of its loader, which is an executable stack. */
function needsExecutableStack({ executableStack, kind }: ElfFile): boolean {
  return executableStack ?? kind === 'library';
}
