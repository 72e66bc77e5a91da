import path from 'node:path';
import { MixReleaseError } from '../errors.js';
import { readOption } from './read.js';
import { rowOf, type OptionName, type RawOptions } from './table.js';

/** Options that another one switches off: what they ask for would silently not be done. */
interface SwitchedOff {
  readonly by: (raw: RawOptions) => boolean;
  /** How the other option is set. */
  readonly words: string;
  readonly options: readonly OptionName[];
  /** Continues "Leave it out, or". */
  readonly otherwise: string;
}

const SWITCHED_OFF: readonly SwitchedOff[] = [
  {
    by: (raw) => readOption('smoke-test', raw) === 'off',
    words: 'smoke-test is off',
    options: ['smoke-env', 'smoke-services', 'smoke-writable', 'smoke-timeout', 'runtime-image', 'runtime-packages'],
    otherwise: 'let the release be tested: smoke-test: boot or eval.',
  },
  {
    by: (raw) => readOption('audit', raw) === 'off',
    words: 'audit is off',
    options: ['allow-libraries', 'audit-except'],
    otherwise: 'let the release be audited: audit: error or warn.',
  },
  {
    // Where it is set to false, it may be so on some events only.
    by: (raw) => raw.artifact === undefined,
    words: 'no artifact was asked for',
    options: ['artifact-name', 'retention-days', 'compression-level', 'overwrite'],
    otherwise: 'set artifact: true (--artifact on the command line, in GitHub Actions alone).',
  },
];

/** @throws MixReleaseError `bad-option` for two options that contradict each other */
export function requireNoContradiction(raw: RawOptions): void {
  requireApart(raw);
  requireFile(raw);
  for (const { by, words, options, otherwise } of SWITCHED_OFF) {
    if (!by(raw)) continue;
    const given = options.find((name) => isGiven(name, raw));
    if (given === undefined) continue;
    throw new MixReleaseError('bad-option', {
      what: `${words}, and ${given} is given, which is of no use then`,
      next: `Leave ${given} out, or ${otherwise}`,
    });
  }
}

/**
 * The options of a file without those that something given beside it switches off: who starts a build with
 * `--smoke-test off` does not have to change the file.
 */
export function withoutSwitchedOff(ofFile: RawOptions, given: RawOptions): RawOptions {
  const off = SWITCHED_OFF.filter(({ by }) => by({ ...ofFile, ...given }) && !by(ofFile));
  const names = new Set<string>(off.flatMap(({ options }) => options));
  return Object.fromEntries(Object.entries(ofFile).filter(([name]) => !names.has(name)));
}

/** Whether an option has another value than its default, which the action gives for every input. */
function isGiven(name: OptionName, raw: RawOptions): boolean {
  const value = raw[name];
  if (value === undefined) return false;
  const text = typeof value === 'object' ? value.join('\n') : String(value);
  return text.trim() !== '' && text.trim().toLowerCase() !== rowOf(name).default;
}

/** A variable that only `mix deps.get` is to see, and all of the build, too. */
function requireApart(raw: RawOptions): void {
  const names = (option: 'env' | 'deps-env'): readonly string[] => {
    const given = raw[option] ?? [];
    // What comes in lines has one variable each; a value that is given by itself may have lines.
    const entries = typeof given === 'string' ? given.split(/\r?\n/) : typeof given === 'object' ? given : [];
    return entries.map((entry) => entry.split('=')[0]?.trim() ?? '').filter((name) => name !== '');
  };
  const ofAll = new Set(names('env'));
  const both = names('deps-env').find((name) => ofAll.has(name));
  if (both === undefined) return;
  throw new MixReleaseError('bad-option', {
    what: `env and deps-env both set ${both}`,
    next: 'Leave it out of env where only mix deps.get may see it, and out of deps-env where all of the build may.',
  });
}

/** A page is a file, and the output is a directory. */
function requireFile(raw: RawOptions): void {
  const [report, output] = [readOption('report', raw), readOption('output', raw)];
  if (report === undefined || output === undefined || path.resolve(report) !== path.resolve(output)) return;
  throw new MixReleaseError('bad-option', {
    what: `report and output are both ${report}`,
    next: 'output is a directory, and report a file: give them different paths.',
  });
}
