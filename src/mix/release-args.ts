import { MixReleaseError } from '../errors.js';
import { nearest } from '../targets/find.js';

/** Arguments of `mix release`, assigned to the commands of a build. */
export interface ReleaseArgs {
  /** Arguments for `mix release` itself, besides a name and `--overwrite`. */
  readonly release: readonly string[];
  /** Arguments for the compilation: `--force` and the skipped checks. */
  readonly compile: readonly string[];
  /** Whether the project is compiled; otherwise already compiled code is assembled. */
  readonly compiles: boolean;
}

/** No arguments. */
export const NO_RELEASE_ARGS: ReleaseArgs = { release: [], compile: [], compiles: true };

/** Options of `mix release` that take no value. */
const SWITCHES = [
  '--force',
  '--no-archives-check',
  '--no-compile',
  '--no-deps-check',
  '--no-elixir-version-check',
  '--overwrite',
  '--quiet',
];
/** Options of `mix release` that take a value. */
const VALUED = ['--path', '--version'];
/** Options that also apply to the compilation. */
const COMPILE_OPTIONS = ['--force', '--no-archives-check', '--no-deps-check', '--no-elixir-version-check'];

const REFUSED: Readonly<Partial<Record<string, string>>> = {
  '--no-overwrite':
    'Leave it out: the directory of the release is cleared before each assembly, so that no file of an earlier one gets into the tarball.',
  '--no-optional-deps':
    '`mix release` has no such option. For a build without optional dependencies, compile in a before-build script and pass --no-compile.',
};

/**
 * Parses arguments of `mix release`: one or several options per line, or an option and its value, which may also be on
 * the next line. A value extends to the end of its line.
 *
 * @throws MixReleaseError `bad-option` for options that `mix release` does not have, or that do not work here
 */
export function readReleaseArgs(lines: readonly string[]): ReleaseArgs {
  const options = new Map<string, readonly string[]>();
  let waiting: string | undefined;
  for (const line of lines) {
    let rest = line.trim();
    while (rest !== '') {
      const name = waiting ?? nameAt(rest);
      const after = waiting === undefined ? rest.slice(rest.startsWith('-f') ? 2 : name.length) : ` ${rest}`;
      if (SWITCHES.includes(name)) {
        if (after.startsWith('=')) throw badArgs(`${name} takes no value`, `Use ${name} without a value.`);
        options.set(name, [name]);
        rest = after.trim();
        continue;
      }
      const value = after.slice(1).trim();
      waiting = value === '' && !after.startsWith('=') ? name : undefined;
      if (waiting === undefined) options.set(name, [name, requireValue(name, value)]);
      rest = '';
    }
  }
  if (waiting !== undefined) requireValue(waiting, '');
  if (options.has('--force') && options.has('--no-compile')) {
    throw badArgs('--force and --no-compile conflict', 'Leave one of the two out.');
  }
  const valuesOf = (names: readonly string[]): readonly string[] => names.flatMap((name) => options.get(name) ?? []);
  return {
    release: valuesOf([...SWITCHES.filter((name) => name !== '--overwrite'), ...VALUED]),
    compile: valuesOf(COMPILE_OPTIONS),
    compiles: !options.has('--no-compile'),
  };
}

/** The option that a text begins with, in its long form. */
function nameAt(text: string): string {
  const [name = ''] = /^[^\s=]*/.exec(text) ?? [];
  const long = name === '-f' ? '--force' : name;
  requireKnown(long);
  return long;
}

function requireValue(name: string, value: string): string {
  if (value === '') throw badArgs(`${name} has no value`, `Write ${name} VALUE on one line.`);
  // Mix runs several tasks in one call, and these would separate them.
  if (!value.endsWith(',') && value !== '+') return value;
  throw badArgs(`${name} is '${value}'`, 'A value must not end in a comma, or be a plus sign.');
}

function requireKnown(name: string): void {
  if (SWITCHES.includes(name) || VALUED.includes(name)) return;
  const reason = REFUSED[name];
  if (reason !== undefined) throw badArgs(`it has ${name}`, reason);
  if (!name.startsWith('-')) {
    throw badArgs(`'${name}' is not an option of \`mix release\``, 'Use the option release for names of releases.');
  }
  const known = [...SWITCHES, ...VALUED];
  throw badArgs(
    `\`mix release\` has no option ${name}`,
    `It has ${known.join(', ')}. ${nearest(name, known)}`.trimEnd(),
  );
}

function badArgs(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what: `release-args: ${what}`, next });
}
