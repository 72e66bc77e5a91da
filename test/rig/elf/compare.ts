import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { codeFile, readCodeFile } from '../../../src/audit/code-file.js';
import { readElfFile, type ElfFile } from '../../../src/audit/elf/elf.js';
import { ElfError } from '../../../src/audit/elf/error.js';
import { openFile } from '../../../src/audit/elf/source.js';
import { elfFiles } from './files.js';
import { askReadelf, type Readelf } from './readelf.js';

/**
 * @param args - paths; before them `--one-of N` for a part of the files, which their contents choose
 * @returns the exit status: 0 when there are files and no differences
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'one-of': { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  const files = await elfFiles(positionals);
  const oneOf = Number(values['one-of']);
  const distinct = distinctFiles(files, oneOf);
  const queue = distinct.values();
  const tally = { differences: 0, ours: 0, kinds: new Map<string, number>() };
  const work = async (): Promise<void> => {
    for (const file of queue) {
      const started = performance.now();
      const ours = attempt(file);
      tally.ours += performance.now() - started;
      const kind = ours instanceof ElfError ? ours.code : `${ours.machine.name} ${ours.kind}`;
      tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
      for (const difference of [...differences(ours, await askReadelf(file)), ...inAudit(ours, file)]) {
        tally.differences += 1;
        console.log(`${file}: ${difference}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const kinds = [...tally.kinds].sort().map(([kind, count]) => `${String(count)} ${kind}`);
  console.log(kinds.join(', '));
  console.log(`our reader took ${(tally.ours / 1000).toFixed(2)} s`);
  console.log(
    `of ${String(files.length)} files there, those of different content${oneOf === 1 ? '' : ` and of these one of ${String(oneOf)}`}:`,
  );
  console.log(`${String(distinct.length)} files, ${String(tally.differences)} differences`);
  return distinct.length > 0 && tally.differences === 0 ? 0 : 1;
}

/** One of each content, for images have much in common; and of these about one of so many. */
function distinctFiles(files: readonly string[], oneOf: number): readonly string[] {
  const seen = new Map<string, string>();
  for (const file of files) {
    const digest = hash('sha256', readFileSync(file));
    const chosen = Number.parseInt(digest.slice(0, 8), 16) % oneOf === 0;
    if (chosen && !seen.has(digest)) seen.set(digest, file);
  }
  return [...seen.values()];
}

function attempt(file: string): ElfFile | ElfError {
  try {
    return readElfFile(file);
  } catch (error) {
    if (error instanceof ElfError) return error;
    throw error;
  }
}

function differences(ours: ElfFile | ElfError, { complaints, hasSections, ...theirs }: Readelf): readonly string[] {
  if (ours instanceof ElfError) return [`ours: ${ours.code}: ${ours.message}; readelf: ${complaints}`];
  const asReadelf = inItsWords(ours);
  const wrong = wrongHashes(ours).map((name) => `the hash of ${name} is wrong`);
  return (Object.keys(theirs) as (keyof typeof theirs)[])
    .filter((key) => hasSections || !BY_SECTIONS.includes(key))
    .filter((key) => !isDeepStrictEqual(asReadelf[key], theirs[key]))
    .map((key) => `${key}: ${shown(asReadelf[key], theirs[key])}`)
    .concat(wrong);
}

/** An audit reads only the names that it asks about, and has to come to the same as with all of them. */
function inAudit(ours: ElfFile | ElfError, file: string): readonly string[] {
  if (ours instanceof ElfError) return [];
  using content = openFile(file);
  const read = readCodeFile({ path: file, size: content.size, head: content.read(0, 0), content });
  return isDeepStrictEqual(read, codeFile(file, ours)) ? [] : [`the audit's reading: ${JSON.stringify(read)}`];
}

const BY_SECTIONS = ['versionNeeds', 'versionDefinitions', 'undefinedSymbols', 'exportedSymbols', 'buildId'];

/** Both values; of two lists only what one of them lacks, or that their order differs. */
function shown(ours: unknown, theirs: unknown): string {
  if (!isList(ours) || !isList(theirs)) return `ours ${JSON.stringify(ours)}, readelf ${JSON.stringify(theirs)}`;
  const [here, there] = [new Set<unknown>(ours), new Set<unknown>(theirs)];
  const [more, less] = [ours.filter((each) => !there.has(each)), theirs.filter((each) => !here.has(each))];
  const counts = `${String(ours.length)} and ${String(theirs.length)}`;
  return `${counts}; only ours ${JSON.stringify(more.slice(0, 5))}, only readelf ${JSON.stringify(less.slice(0, 5))}`;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function inItsWords(ours: ElfFile): Omit<Readelf, 'complaints' | 'hasSections'> {
  const { versionNeeds, versionDefinitions, undefinedSymbols, exportedSymbols } = ours;
  return {
    bits: `ELF${String(ours.bits)}`,
    byteOrder: `2's complement, ${ours.byteOrder} endian`,
    machine: MACHINES[ours.machine.name] ?? ours.machine.name,
    osAbi: ours.osAbi,
    type: ['NONE', 'REL', 'EXEC', 'DYN', 'CORE'][ours.type] ?? String(ours.type),
    flags: ours.flags,
    interpreter: ours.interpreter,
    needed: ours.needed,
    soname: ours.soname,
    rpath: ours.rpath,
    runpath: ours.runpath,
    dynamicFlags: flagNames(ours.dynamicFlags, FLAGS),
    dynamicFlags1: flagNames(ours.dynamicFlags1, FLAGS_1),
    textRelocations: ours.textRelocations,
    versionNeeds: versionNeeds.flatMap(({ library, versions }) =>
      versions.map(({ name, index, weak }) => `${library} ${name} ${String(index)} ${weak ? 'WEAK' : 'none'}`),
    ),
    versionDefinitions: versionDefinitions.map(({ name, index, base, weak, parents }) => {
      const flags = [...(base ? ['BASE'] : []), ...(weak ? ['WEAK'] : [])].join(' | ') || 'none';
      return [name, String(index), flags, ...parents].join(' ');
    }),
    undefinedSymbols: undefinedSymbols.map(({ name, version, weak }) => {
      return `${name} ${version ?? ''} ${weak ? 'weak' : 'strong'}`;
    }),
    exportedSymbols: exportedSymbols.map(({ name, version: stated, library, weak, isDefault }) => {
      // Linkers make a symbol of each version that is defined; readelf does not repeat its name.
      const version = stated === name ? undefined : stated;
      const at = version === undefined ? '' : isDefault && library === undefined ? '@@' : '@';
      return `${at} ${name} ${version ?? ''} ${weak ? 'weak' : 'strong'}`;
    }),
    buildId: ours.buildId,
    x86Needed: ours.x86Level === undefined ? '' : (LEVELS[ours.x86Level - 1] ?? ''),
    features: ours.features.join(', '),
    stack: ours.executableStack === undefined ? undefined : ours.executableStack ? 'RWE' : 'RW',
    alignment: ours.alignment,
  };
}

function flagNames(flags: number, names: Readonly<Record<number, string>>): string {
  return Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => ((flags >>> bit) & 1) === 1)
    .map((bit) => names[bit] ?? `bit ${String(bit)}`)
    .join(' ');
}

/** `readelf` does not print hashes; but what they must be is in the format's definition. */
function wrongHashes({ versionNeeds, versionDefinitions }: ElfFile): readonly string[] {
  return [...versionNeeds.flatMap(({ versions }) => versions), ...versionDefinitions]
    .filter(({ name, hash }) => hashOf(name) !== hash)
    .map(({ name }) => name);
}

function hashOf(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = hash * 16 + byte;
    const high = Math.floor(hash / 2 ** 28) % 16;
    hash = ((hash ^ (high << 4)) & 0x0fffffff) >>> 0;
  }
  return hash;
}

const LEVELS = ['x86-64-baseline', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'];
const FLAGS = { 0: 'ORIGIN', 1: 'SYMBOLIC', 2: 'TEXTREL', 3: 'BIND_NOW', 4: 'STATIC_TLS' };
const FLAGS_1 = {
  0: 'NOW',
  1: 'GLOBAL',
  2: 'GROUP',
  3: 'NODELETE',
  4: 'LOADFLTR',
  5: 'INITFIRST',
  6: 'NOOPEN',
  7: 'ORIGIN',
  8: 'DIRECT',
  10: 'INTERPOSE',
  11: 'NODEFLIB',
  27: 'PIE',
};
const MACHINES: Readonly<Record<string, string>> = {
  x86_64: 'Advanced Micro Devices X86-64',
  386: 'Intel 80386',
  aarch64: 'AArch64',
  arm: 'ARM',
  s390: 'IBM S/390',
  ppc: 'PowerPC',
  ppc64: 'PowerPC64',
  mips: 'MIPS R3000',
  riscv: 'RISC-V',
  parisc: 'HPPA',
  '68k': 'MC68000',
  sparc: 'Sparc',
  sparcv9: 'Sparc v9',
  sparc32plus: 'Sparc v8+',
  alpha: 'Alpha',
  sh: 'Renesas / SuperH SH',
  bpf: 'Linux BPF',
};
