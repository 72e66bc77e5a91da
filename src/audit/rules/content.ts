import path from 'node:path';
import type { FileFormat } from '../elf/sniff.js';
import { textOf, type ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';

/** What is in the tree beside machine code that people should know of. */
export const contentFindings = {
  git(directory: string): readonly Finding[] {
    return [
      warning(
        'key-material',
        directory,
        'the history of a repository is in the release, with its configuration',
        'Leave .git out: a directory that is copied as an overlay or into priv brings it along.',
      ),
    ];
  },

  link(file: string, target: string): readonly Finding[] {
    const outside = target.startsWith('/') || path.posix.join(path.posix.dirname(file), target).startsWith('..');
    if (!outside) return [];
    return [
      warning(
        'link-outside',
        file,
        `it is a link out of the release, to ${target}`,
        'Put the file itself into the release, or make sure that every machine has it there.',
      ),
    ];
  },

  file(file: ReleaseFile, format: FileFormat): readonly Finding[] {
    return [...cookie(file), ...keys(file), ...environment(file), ...(format === 'script' ? buildPath(file) : [])];
  },
};

function cookie({ path: file }: ReleaseFile): readonly Finding[] {
  if (file !== 'releases/COOKIE') return [];
  return [
    warning(
      'cookie',
      file,
      'whoever can read the tarball can join the cluster of the release with its cookie',
      'Keep the tarball where the machines may read it and nobody else, or give RELEASE_COOKIE at the start.',
    ),
  ];
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n/;

/** Whatever the name of the file; a certificate may stand before the key. */
function keys(file: ReleaseFile): readonly Finding[] {
  const mayBeKey = file.head.includes('-----BEGIN ') || /\.(?:pem|key)$/i.test(file.path);
  if (!mayBeKey || !PRIVATE_KEY.test(textOf(file))) return [];
  return [
    warning(
      'key-material',
      file.path,
      'there is a private key in the release',
      'Leave it out, and give it to the release where it runs. A key that was published is to be replaced.',
    ),
  ];
}

function environment({ path: file }: ReleaseFile): readonly Finding[] {
  const name = path.posix.basename(file);
  if (!/^\.env(?:\.[\w.-]+)?$/.test(name) || /\.(?:example|sample|template|dist)$/.test(name)) return [];
  return [
    warning(
      'key-material',
      file,
      'there is a file of environment variables in the release, which often holds secrets',
      'Leave it out, and set the variables where the release runs.',
    ),
  ];
}

/** Directories that only the machine has where a release was built. */
const BUILD_DIRECTORY =
  /(?<![\w.$}])\/(?:build\/(?:src|state|home)|home\/\w[\w.-]*|Users\/\w[\w.-]*|root|nix\/store|__w|github\/(?:workspace|home))(?:\/[^\s'":;)]*)?/;

function buildPath(file: ReleaseFile): readonly Finding[] {
  const [found] = BUILD_DIRECTORY.exec(textOf(file)) ?? [];
  if (found === undefined) return [];
  return [
    warning(
      'build-path',
      file.path,
      `the script names ${found}, a place on the machine that built it`,
      'Work the path out when the script runs, from its own place or from RELEASE_ROOT.',
    ),
  ];
}
