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
  return (Object.keys(theirs) as (keyof typeof theirs)[])
    .filter((key) => hasSections || !BY_SECTIONS.includes(key))
    .filter((key) => !isDeepStrictEqual(asReadelf[key], theirs[key]))
    .map((key) => `${key}: ${shown(asReadelf[key], theirs[key])}`);
}

/** An audit reads only the names that it asks about, and has to come to the same as with all of them. */
function inAudit(ours: ElfFile | ElfError, file: string): readonly string[] {
  if (ours instanceof ElfError) return [];
  using content = openFile(file);
  const read = readCodeFile({ path: file, size: content.size, mode: content.mode, head: content.read(0, 0), content });
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
    interpreter: ours.interpreter,
    needed: ours.needed,
    soname: ours.soname,
    rpath: ours.rpath,
    runpath: ours.runpath,
    versionNeeds: versionNeeds.flatMap(({ library, versions }) =>
      versions.map(({ name, index, weak }) => `${library} ${name} ${String(index)} ${weak ? 'WEAK' : 'none'}`),
    ),
    versionDefinitions: versionDefinitions.map(({ name, index, base, weak }) => {
      const flags = [...(base ? ['BASE'] : []), ...(weak ? ['WEAK'] : [])].join(' | ') || 'none';
      return [name, String(index), flags].join(' ');
    }),
    undefinedSymbols: undefinedSymbols.map(({ name, version, weak }) => {
      return `${name} ${version ?? ''} ${weak ? 'weak' : 'strong'}`;
    }),
    exportedSymbols: exportedSymbols.map(({ name, version: stated, weak }) => {
      // Linkers make a symbol of each version that is defined; readelf does not repeat its name.
      const version = stated === name ? undefined : stated;
      return `${name} ${version ?? ''} ${weak ? 'weak' : 'strong'}`;
    }),
    buildId: ours.buildId,
    x86Needed: ours.x86Level === undefined ? '' : (LEVELS[ours.x86Level - 1] ?? ''),
    stack: ours.executableStack === undefined ? undefined : ours.executableStack ? 'RWE' : 'RW',
    alignment: ours.alignment,
  };
}

const LEVELS = ['x86-64-baseline', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'];
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
