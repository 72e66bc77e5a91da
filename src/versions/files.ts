import path from 'node:path';
import { MixReleaseError } from '../errors.js';
import { readMise } from './mise.js';
import type { VersionText, VersionTexts } from './requirement.js';
import type { Tool } from './version.js';

/** The names of version files in a directory, in order of precedence. */
export const VERSION_FILES = [
  '.tool-versions',
  'mise.toml',
  '.mise.toml',
  '.elixir-version',
  '.erlang-version',
] as const;

/** The version files of one directory. */
export interface VersionDirectory {
  /** Relative to the checkout, with `/`; empty for the checkout itself. Origins begin with it. */
  readonly path: string;
  /** Texts of the files that exist, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** The tools' names in asdf and mise. */
const TOOLS: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  ['elixir', 'elixir'],
  ['core:elixir', 'elixir'],
  ['erlang', 'otp'],
  ['core:erlang', 'otp'],
]);

/**
 * The versions in a file, unparsed, so that an overridden one cannot fail. The base name determines the format:
 * `.elixir-version`, `.erlang-version`, any `*.toml` (mise); every other file is read as a `.tool-versions`.
 *
 * @param name the path for display; origins and errors begin with it
 * @throws MixReleaseError `bad-version-file`
 */
export function readVersionFile(name: string, text: string): VersionTexts {
  const base = path.basename(name);
  if (base === '.elixir-version') return { elixir: readSingleVersion(name, text), otp: undefined };
  if (base === '.erlang-version') return { elixir: undefined, otp: readSingleVersion(name, text) };
  return base.endsWith('.toml') ? readMise(name, text) : readToolVersions(name, text);
}

/**
 * Each tool's version from the nearest directory that has one. A file is read only while a version is missing.
 *
 * @param directories the project's first, then each one above it up to the checkout
 * @throws MixReleaseError `bad-version-file`
 */
export function findVersions(directories: readonly VersionDirectory[]): VersionTexts {
  let found: VersionTexts = { elixir: undefined, otp: undefined };
  for (const directory of directories) {
    for (const name of VERSION_FILES) {
      const text = directory.files.get(name);
      if (text === undefined || !isWanted(name, found)) continue;
      const read = readVersionFile(path.posix.join(directory.path, name), text);
      found = { elixir: found.elixir ?? read.elixir, otp: found.otp ?? read.otp };
    }
  }
  return found;
}

function isWanted(name: string, { elixir, otp }: VersionTexts): boolean {
  if (name === '.elixir-version') return !elixir;
  if (name === '.erlang-version') return !otp;
  return !elixir || !otp;
}

/** asdf's format: a tool and its versions on each line; the first version is the one in use. */
function readToolVersions(name: string, text: string): VersionTexts {
  const found = new Map<Tool, VersionText>();
  for (const { content, origin } of contentLines(name, text)) {
    const [key = '', version] = content.split(/\s+/);
    const tool = TOOLS.get(key);
    if ((tool && version === undefined) || /^(?:core:)?(?:elixir|erlang)[=:@,"']/.test(key)) {
      throw new MixReleaseError('bad-version-file', {
        what: `${origin} has no version: '${content}'`,
        next: "A line of .tool-versions is a tool, a space and a version: 'elixir 1.18.3' or 'erlang 27.3.4'.",
      });
    }
    if (tool && version !== undefined && !found.has(tool)) found.set(tool, { text: version, origin });
  }
  return { elixir: found.get('elixir'), otp: found.get('otp') };
}

/** The whole first line that is neither empty nor a comment. */
function readSingleVersion(name: string, text: string): VersionText {
  const [first] = contentLines(name, text);
  if (first) return { text: first.content, origin: first.origin };
  throw new MixReleaseError('bad-version-file', {
    what: `${name} has no version: it ${text.trim() === '' ? 'is empty' : 'has only comments'}`,
    next: `Write one version into it, such as ${path.basename(name) === '.elixir-version' ? '1.18.3' : '27.3.4'}, or delete it.`,
  });
}

interface ContentLine {
  readonly content: string;
  readonly origin: string;
}

/** The non-empty lines, trimmed and without comments. */
function contentLines(name: string, text: string): readonly ContentLine[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ content: line.replace(/#.*/, '').trim(), origin: `${name}:${String(index + 1)}` }))
    .filter(({ content }) => content !== '');
}
