import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { relativeInside } from '../paths.js';
import { VERSION_FILES, type VersionDirectory, readVersionFile } from './files.js';
import type { VersionTexts } from './requirement.js';

/**
 * The version files of the project and of each directory above it up to the checkout, nearest first. A project outside
 * the checkout has its own directory only.
 *
 * @param project absolute
 * @param checkout absolute
 * @throws MixReleaseError `bad-version-file` for a file that exists and cannot be read
 */
export async function readVersionDirectories(project: string, checkout: string): Promise<readonly VersionDirectory[]> {
  return Promise.all(
    directoriesBetween(project, checkout).map(async (directory) => {
      const texts = await Promise.all(VERSION_FILES.map((name) => readIfExists(path.join(directory, name))));
      const files = VERSION_FILES.flatMap((name, index) => {
        const text = texts[index];
        return text === undefined ? [] : [[name, text] as const];
      });
      return { path: relativeInside(checkout, directory) ?? path.relative(checkout, directory), files: new Map(files) };
    }),
  );
}

/**
 * The versions in the file that `version-file` names.
 *
 * @param file as given; origins and errors use this name
 * @param base absolute; a relative `file` is resolved against it
 * @throws MixReleaseError `bad-version-file`, also for a file that is missing or gives neither version
 */
export async function readVersionFileAt(file: string, base: string): Promise<VersionTexts> {
  const text = await readIfExists(path.resolve(base, file));
  if (text === undefined) {
    throw new MixReleaseError('bad-version-file', {
      what: `there is no file '${file}' in ${base}`,
      next: 'Set version-file to the path of a .tool-versions, mise.toml, .elixir-version or .erlang-version.',
    });
  }
  const found = readVersionFile(file, text);
  if (found.elixir ?? found.otp) return found;
  throw new MixReleaseError('bad-version-file', {
    what: `${file} has a version of neither elixir nor erlang`,
    next: 'Add a line such as \'elixir 1.18.3\' (in a .toml file, under [tools]: elixir = "1.18.3"), or name another file.',
  });
}

function directoriesBetween(project: string, checkout: string): readonly string[] {
  const below = relativeInside(checkout, project);
  if (below === undefined || below === '') return [project];
  const names = below.split('/');
  return [...names.map((_, index) => path.join(checkout, ...names.slice(0, names.length - index))), checkout];
}

/** The text of a file; undefined where it does not exist or is a directory. */
async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw new MixReleaseError('bad-version-file', {
      what: `${file} cannot be read: ${messageOf(error)}`,
      next: 'Give this user read access to it, or delete it.',
      cause: error,
    });
  }
}
