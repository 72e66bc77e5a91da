import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../../errors.js';
import { relativeInside } from '../../paths.js';
import { withoutSwitchedOff } from '../contradictions.js';
import { readOption } from '../read.js';
import type { OptionName, Raw, RawOptions } from '../table.js';
import { readConfigText } from './read.js';

/** The name of the file. */
const CONFIG_FILE = 'mix-release.toml';

/** Options that act in a workflow alone. On the command line they are flags, and a file for both does not set them. */
export const WORKFLOW_ONLY: readonly OptionName[] = [
  'artifact',
  'artifact-name',
  'retention-days',
  'compression-level',
  'overwrite',
  'summary',
];

/** Where the file is looked for, and what reads its options. */
export interface ConfigPlace {
  readonly checkout: string;
  /** Directory that a relative checkout is resolved against. */
  readonly cwd: string;
  readonly by: 'action' | 'command';
  /** Told which options the file has set. */
  readonly note: (text: string) => void;
}

/**
 * The options that were given, and beneath them those of the mix-release.toml in the project's directory, else in the
 * root of the checkout. What was given wins, option by option.
 *
 * @throws MixReleaseError `bad-config-file`
 */
export async function withConfigFile(given: RawOptions, place: ConfigPlace): Promise<RawOptions> {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => isGiven(value))) as RawOptions;
  const found = await readConfigFile(readOption('working-directory', own), place);
  if (found === undefined) return given;
  const ofFile = Object.fromEntries(
    Object.entries(found.options).filter(
      ([name]) => place.by === 'action' || !WORKFLOW_ONLY.includes(name as OptionName),
    ),
  ) as RawOptions;
  const used = Object.entries(withoutSwitchedOff(ofFile, own)).filter(([name]) => !(name in own));
  if (used.length > 0) place.note(`${found.file} sets ${used.map(([name]) => name).join(', ')}`);
  return { ...given, ...Object.fromEntries(used) };
}

/** A mix-release.toml. */
export interface ConfigFile {
  /** Relative to the checkout. */
  readonly file: string;
  readonly options: RawOptions;
}

/** The options of the file, without a build; undefined where there is none. */
export async function readConfigFile(
  workingDirectory: string,
  { checkout, cwd }: Pick<ConfigPlace, 'checkout' | 'cwd'>,
): Promise<ConfigFile | undefined> {
  const root = path.resolve(cwd, checkout);
  const project = path.resolve(root, workingDirectory);
  // A directory outside the checkout is refused where the options are read.
  const directories = relativeInside(root, project) === undefined ? [root] : [...new Set([project, root])];
  for (const directory of directories) {
    const place = path.join(directory, CONFIG_FILE);
    const file = path.relative(root, place);
    const text = await readText(place, file);
    if (text === undefined) continue;
    const options = readConfigText(file, text);
    if (directory !== root && isGiven(options['working-directory'])) {
      throw new MixReleaseError('bad-config-file', {
        what: `${file} sets working-directory, and lies in the directory of the project itself`,
        next: 'Leave working-directory out of it, or move the file to the root of the checkout.',
      });
    }
    return { file, options };
  }
  return undefined;
}

async function readText(place: string, file: string): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(place));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    const what =
      systemErrorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? `${file} is not UTF-8`
        : `${file} cannot be read: ${messageOf(error)}`;
    throw new MixReleaseError('bad-config-file', {
      what,
      next: `Make ${CONFIG_FILE} a file of TOML, or remove it.`,
      cause: error,
    });
  }
}

/** Whether there is a value: absent and empty mean the same. */
function isGiven(value: Raw): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return true;
  return (typeof value === 'string' ? [value] : value).some((text) => text.trim() !== '');
}
