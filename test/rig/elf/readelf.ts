import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `readelf` says of a file, as the reader would say it; flags in its own words. */
export interface Readelf {
  readonly bits: string;
  readonly byteOrder: string;
  readonly machine: string;
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** `LIBRARY NAME INDEX FLAGS`. */
  readonly versionNeeds: readonly string[];
  /** `NAME INDEX FLAGS`. */
  readonly versionDefinitions: readonly string[];
  /** `NAME VERSION BINDING`. */
  readonly undefinedSymbols: readonly string[];
  /** `NAME VERSION BINDING`. */
  readonly exportedSymbols: readonly string[];
  readonly buildId: string | undefined;
  readonly x86Needed: string;
  readonly stack: string | undefined;
  readonly alignment: number | undefined;
  /** Whether there is a table of sections: it reads symbols and their versions by nothing else. */
  readonly hasSections: boolean;
  /** What it complained of. */
  readonly complaints: string;
}

// Of letters beyond ASCII, it prints only the first byte when it is not asked for hexadecimal digits.
const OPTIONS = ['-W', '-h', '-l', '-d', '-V', '-n', '--dyn-syms', '--unicode=hex'];

const run = promisify(execFile);

/** Asks `readelf` once for everything. */
export async function askReadelf(file: string): Promise<Readelf> {
  const { stdout, stderr } = await outputOf([...OPTIONS, file]);
  const lines = stdout
    .replaceAll(/<0x([0-9a-f]+)>/g, (_, hex: string) => Buffer.from(hex, 'hex').toString())
    .split('\n');
  const first = (pattern: RegExp): string | undefined => firstMatch(lines, pattern);
  const header = (name: string): string => first(new RegExp(`^ {2}${name}: +(.*)$`)) ?? '';
  const loads = matches(lines, /^ {2}LOAD .* (0x[0-9a-f]+)$/).map(Number);
  return {
    bits: header('Class'),
    byteOrder: header('Data'),
    machine: header('Machine'),
    interpreter: first(/^ +\[Requesting program interpreter: (.*)\]$/),
    needed: matches(lines, /^ 0x[0-9a-f]+ \(NEEDED\) +Shared library: \[(.*)\]$/),
    soname: first(/^ 0x[0-9a-f]+ \(SONAME\) +Library soname: \[(.*)\]$/),
    rpath: first(/^ 0x[0-9a-f]+ \(RPATH\) +Library rpath: \[(.*)\]$/),
    runpath: first(/^ 0x[0-9a-f]+ \(RUNPATH\) +Library runpath: \[(.*)\]$/),
    ...versionsIn(lines),
    ...symbolsIn(lines),
    buildId: first(/Build ID: ([0-9a-f]+)$/),
    x86Needed: first(/x86 ISA needed: (.*)$/) ?? '',
    stack: first(/^ {2}GNU_STACK +(?:0x[0-9a-f]+ ){5}(...)/)?.replaceAll(' ', ''),
    alignment: loads.length > 0 ? Math.min(...loads) : undefined,
    hasSections: header('Number of section headers') !== '0',
    complaints: stderr.trim(),
  };
}

/** What it prints; it also prints all it can where it ends with 1. */
async function outputOf(options: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    return await run('readelf', options, { maxBuffer: 2 ** 30, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code !== 1 || stdout === undefined || stderr === undefined) throw error;
    return { stdout, stderr: `${stderr}\nreadelf ended with 1` };
  }
}

function matches(lines: readonly string[], pattern: RegExp): readonly string[] {
  return lines.flatMap((line) => pattern.exec(line)?.slice(1, 2) ?? []);
}

function firstMatch(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match[1];
  }
  return undefined;
}

function versionsIn(lines: readonly string[]) {
  const versionNeeds: string[] = [];
  const versionDefinitions: string[] = [];
  let library = '';
  for (const line of lines) {
    const file = /^ {2}(?:0x[0-9a-f]+|0+): Version: \d+ {2}File: (.*) {2}Cnt: \d+$/.exec(line);
    library = file?.[1] ?? library;
    const need = /^ {2}0x[0-9a-f]+: {3}Name: (.*) {2}Flags: (.*?) {2}Version: (\d+)$/.exec(line);
    if (need) versionNeeds.push([library, need[1], need[3], need[2]].join(' '));
    const definition =
      /^ {2}(?:0x[0-9a-f]+|0+): Rev: 1 {2}Flags: (.*?) {2}Index: (\d+) {2}Cnt: \d+ {2}Name: (.*)$/.exec(line);
    if (definition) versionDefinitions.push([definition[3], definition[2], definition[1]].join(' '));
  }
  return { versionNeeds, versionDefinitions };
}

const WORD = String.raw`(<[^>]+>: \d+|\S+)`;
const SYMBOL = new RegExp(String.raw`^ *\d+: [0-9a-f]+ +\S+ ${WORD} +${WORD} +${WORD} +(?:\[.*?\] +)?(\S+) (.+)$`);

function symbolsIn(lines: readonly string[]) {
  const undefinedSymbols: string[] = [];
  const exportedSymbols: string[] = [];
  for (const line of lines) {
    const [, , binding = '', visibility = '', section, written = ''] = SYMBOL.exec(line) ?? [];
    if (section === undefined || binding === 'LOCAL') continue;
    const [, name, version = ''] = /^(.+?)(?:@@?([^@ ]+)(?: \(\d+\))?)?$/.exec(written) ?? [];
    const weakness = binding === 'WEAK' ? 'weak' : 'strong';
    const text = `${name ?? ''} ${version} ${weakness}`;
    if (section === 'UND') undefinedSymbols.push(text);
    else if (visibility === 'DEFAULT' || visibility === 'PROTECTED') exportedSymbols.push(text);
  }
  return { undefinedSymbols, exportedSymbols };
}
