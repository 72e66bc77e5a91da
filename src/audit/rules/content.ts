import path from 'node:path';
import type { FileFormat } from '../elf/sniff.js';
import { textOf, type ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';

/** Findings about files that are not native binaries. */
export const contentFindings = {
  git(directory: string): readonly Finding[] {
    return [
      warning(
        'possible-secret',
        directory,
        'the release contains a Git repository with its history and configuration',
        'Remove .git: it was copied with an overlay or a directory in priv.',
      ),
    ];
  },

  link(file: string, target: string): readonly Finding[] {
    const outside = target.startsWith('/') || path.posix.join(path.posix.dirname(file), target).startsWith('..');
    if (!outside) return [];
    return [
      warning(
        'link-outside-release',
        file,
        `it is a link to ${target}, outside the release`,
        'Put the file itself into the release, or make sure that every machine has it at that path.',
      ),
    ];
  },

  file(file: ReleaseFile, format: FileFormat): readonly Finding[] {
    return [
      ...cookie(file),
      ...privateKey(file),
      ...environment(file),
      ...(format === 'script' ? buildPath(file) : []),
    ];
  },
};

function cookie({ path: file }: ReleaseFile): readonly Finding[] {
  if (file !== 'releases/COOKIE') return [];
  return [
    warning(
      'cookie',
      file,
      "anyone who can read the tarball can join the release's cluster with its cookie",
      'Restrict access to the tarball, or build with cookie: strip and set RELEASE_COOKIE where the release runs.',
    ),
  ];
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n/;

/** Searched in every file, whatever its name; a certificate may precede the key. */
function privateKey(file: ReleaseFile): readonly Finding[] {
  const mayBeKey = file.head.includes('-----BEGIN ') || /\.(?:pem|key)$/i.test(file.path);
  if (!mayBeKey || !PRIVATE_KEY.test(textOf(file))) return [];
  return [
    warning(
      'possible-secret',
      file.path,
      'the release contains a private key',
      'Remove it, and provide it where the release runs. Replace a key that was published.',
    ),
  ];
}

function environment({ path: file }: ReleaseFile): readonly Finding[] {
  const name = path.posix.basename(file);
  if (!/^\.env(?:\.[\w.-]+)?$/.test(name) || /\.(?:example|sample|template|dist)$/.test(name)) return [];
  return [
    warning(
      'possible-secret',
      file,
      'the release contains a file of environment variables, which often has secrets',
      'Remove it, and set the variables where the release runs.',
    ),
  ];
}

/** Directories that exist only on the machine that built the release. */
const BUILD_DIRECTORY =
  /(?<![\w.$}])\/(?:build\/(?:src|state|home)|home\/\w[\w.-]*|Users\/\w[\w.-]*|root|nix\/store|__w|github\/(?:workspace|home))(?:\/[^\s'":;)]*)?/;

function buildPath(file: ReleaseFile): readonly Finding[] {
  const [found] = BUILD_DIRECTORY.exec(textOf(file)) ?? [];
  if (found === undefined) return [];
  return [
    warning(
      'build-path',
      file.path,
      `the script contains ${found}, a path on the machine that built it`,
      'Compute the path when the script runs, from its own location or from RELEASE_ROOT.',
    ),
  ];
}
