import { open } from 'node:fs/promises';
import path from 'node:path';
import { readElf } from '../audit/elf/elf.js';
import { openFile } from '../audit/elf/source.js';
import { sniff, SNIFF_LENGTH } from '../audit/elf/sniff.js';
import { onDisk } from '../path-bytes.js';
import { someOf } from './notes.js';

/** Where programs run, as a row of the table of targets says it. */
export interface Machine {
  /** `e_machine`, as `elf.h` names it. */
  readonly elfMachine: string;
  readonly libc: 'glibc' | 'musl';
}

/** Whether a file may be a program of an npm package: an add-on, or a file without an extension in a directory `bin`. */
export function isProgramOfModule(name: string): boolean {
  return /(?:^|\/)node_modules\//.test(name) && /(?:\.node|\/bin\/[^/.]+)$/.test(name);
}

/** Parts of the names of packages that say for which machine they are. */
const PLATFORM =
  /\b(?:darwin|macos|win32|windows|linux(?:musl)?|freebsd|android|x64|x86|64|32|ia32|arm64|aarch64|arm|gnu|glibc|musl|gnueabihf|musleabihf|msvc|universal)\b/g;

/**
 * A note for each `node_modules` with programs that cannot run on a machine, because it was filled on another: a Mac, or
 * a system with another C library. A package that also has one that can run is none of them, for many come with those
 * of all systems.
 *
 * @param programs - relative to the checkout: see `isProgramOfModule`
 */
export async function foreignModulesNotes(
  checkout: string,
  programs: readonly string[],
  machine: Machine,
): Promise<readonly string[]> {
  const modules = new Map<string, Map<string, { fits: boolean; foreign: string[]; systems: Set<string> }>>();
  for (const name of programs) {
    const system = await foreignSystem(path.join(checkout, name), machine);
    if (system === 'unknown') continue;
    const root = name.slice(0, name.search(/(?<=^|\/)node_modules\//) + 'node_modules'.length);
    const packages = modules.get(root) ?? new Map<string, { fits: boolean; foreign: string[]; systems: Set<string> }>();
    const family = familyOf(name);
    const known = packages.get(family) ?? { fits: false, foreign: [], systems: new Set<string>() };
    if (system === undefined) known.fits = true;
    else {
      known.foreign.push(name);
      known.systems.add(system);
    }
    modules.set(root, packages.set(family, known));
  }
  return [...modules].flatMap(([root, packages]) => {
    const unfit = [...packages.values()].filter(({ fits, foreign }) => !fits && foreign.length > 0);
    if (unfit.length === 0) return [];
    const systems = [...new Set(unfit.flatMap((each) => [...each.systems]))].join(' and ');
    const names = someOf(unfit.flatMap(({ foreign }) => foreign));
    return [
      `${root} has programs for ${systems}, which do not run in the builder (${names}): run npm ci in before-build, and leave ${root} out with exclude: /${root}/`,
    ];
  });
}

/** The package of a file, without what its name says of the machine: those of one program for several are one family. */
function familyOf(name: string): string {
  const [, packageName = ''] = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
  return packageName.replaceAll(PLATFORM, '').replaceAll(/[-_/]+/g, '-');
}

/** For which other system a program is; undefined for one that runs on the machine, `unknown` for what is no program. */
async function foreignSystem(file: string, machine: Machine): Promise<string | undefined> {
  switch (sniff(await headOf(file))) {
    case 'mach-o':
      return 'macOS';
    case 'pe':
      return 'Windows';
    case 'elf':
      return foreignElf(file, machine);
    default:
      return 'unknown';
  }
}

async function headOf(file: string): Promise<Buffer> {
  await using handle = await open(onDisk(file));
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_LENGTH), 0, SNIFF_LENGTH, 0);
  return buffer.subarray(0, bytesRead);
}

function foreignElf(file: string, { elfMachine, libc }: Machine): string | undefined {
  try {
    using source = openFile(file);
    const { machine, needed, interpreter } = readElf(source, NO_SYMBOLS);
    if (machine.name !== elfMachine) return `Linux on ${machine.name}`;
    const libraries = [...needed, interpreter ?? ''];
    const other = libc === 'glibc' ? 'musl' : 'glibc';
    const isOther = libraries.some((each) => LIBRARIES[other].test(each));
    return isOther && !libraries.some((each) => LIBRARIES[libc].test(each)) ? `Linux with ${other}` : undefined;
  } catch {
    // The audit has a finding for what is damaged, where it ships.
    return 'unknown';
  }
}

/** Of no symbol's name. */
const NO_SYMBOLS = new Uint8Array(0x10000);

/** Names of libraries, and of loaders, that only one of the C libraries has. */
const LIBRARIES = {
  glibc: /^libc\.so\.6$|(?:^|\/)ld-linux[^/]*\.so\.\d+$/,
  musl: /^libc\.musl-|(?:^|\/)ld-musl-/,
} as const;
