import { MixReleaseError } from '../errors.js';
import { nearest } from '../targets/find.js';

/** Arguments of `mix release`, each where it has its meaning in a build of ours. */
export interface ReleaseArgs {
  /** What `mix release` itself is given, beside a name and `--overwrite`. */
  readonly release: readonly string[];
  /** What the compilation is given: `--force` and the checks that are left out. */
  readonly compile: readonly string[];
  /** Whether the project is compiled; otherwise what is compiled already is assembled. */
  readonly compiles: boolean;
  /** Whether dependencies are checked; otherwise they are compiled as they are. */
  readonly checksDeps: boolean;
}

/** What is given when nothing was asked for. */
export const NO_RELEASE_ARGS: ReleaseArgs = { release: [], compile: [], compiles: true, checksDeps: true };

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
/** Options that the compilation takes, too. */
const OF_COMPILE = ['--force', '--no-archives-check', '--no-deps-check', '--no-elixir-version-check'];

const REFUSED: Readonly<Partial<Record<string, string>>> = {
  '--no-overwrite':
    'Leave it out: the directory of the release is cleared before each assembly, so that nothing of an earlier one gets into the tarball.',
  '--no-optional-deps':
    '`mix release` has no such option. For a build without optional dependencies, compile in a before-build script and give --no-compile.',
};

/**
 * Reads arguments of `mix release`: one or several options on a line, or an option and its value, which may also be the
 * next line. A value goes to the end of its line.
 *
 * @throws MixReleaseError `bad-option` for what `mix release` does not have, and for what cannot work here
 */
export function readReleaseArgs(lines: readonly string[]): ReleaseArgs {
  const given = new Map<string, readonly string[]>();
  let waiting: string | undefined;
  for (const line of lines) {
    let rest = line.trim();
    while (rest !== '') {
      const name = waiting ?? nameAt(rest);
      const after = waiting === undefined ? rest.slice(rest.startsWith('-f') ? 2 : name.length) : ` ${rest}`;
      if (SWITCHES.includes(name)) {
        if (after.startsWith('=')) throw refused(`${name} takes no value`, `Give ${name} alone.`);
        given.set(name, [name]);
        rest = after.trim();
        continue;
      }
      const value = after.slice(1).trim();
      waiting = value === '' && !after.startsWith('=') ? name : undefined;
      if (waiting === undefined) given.set(name, [name, requireValue(name, value)]);
      rest = '';
    }
  }
  if (waiting !== undefined) requireValue(waiting, '');
  if (given.has('--force') && given.has('--no-compile')) {
    throw refused('--force and --no-compile contradict each other', 'Leave one of the two out.');
  }
  const among = (names: readonly string[]): readonly string[] => names.flatMap((name) => given.get(name) ?? []);
  return {
    release: among([...SWITCHES.filter((name) => name !== '--overwrite'), ...VALUED]),
    compile: among(OF_COMPILE),
    compiles: !given.has('--no-compile'),
    checksDeps: !given.has('--no-deps-check'),
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
  if (value === '') throw refused(`${name} has no value`, `Write ${name} VALUE in one line.`);
  // Mix runs several tasks in one call, and takes these for what separates them.
  if (!value.endsWith(',') && value !== '+') return value;
  throw refused(`${name} is '${value}'`, 'A value may not end in a comma, nor be a plus sign.');
}

function requireKnown(name: string): void {
  if (SWITCHES.includes(name) || VALUED.includes(name)) return;
  const reason = REFUSED[name];
  if (reason !== undefined) throw refused(`it has ${name}`, reason);
  if (!name.startsWith('-')) {
    throw refused(`'${name}' is no option of \`mix release\``, 'Names of releases are asked for with release.');
  }
  const known = [...SWITCHES, ...VALUED];
  throw refused(
    `\`mix release\` has no option ${name}`,
    `It has ${known.join(', ')}. ${nearest(name, known)}`.trimEnd(),
  );
}

function refused(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what: `release-args: ${what}`, next });
}
