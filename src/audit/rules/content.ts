import path from 'node:path';
import type { ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';
import { notExecutableFindings } from './modes.js';
import { pointerFindings } from './pointers.js';
import { scriptFindings } from './scripts.js';

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

  file(file: ReleaseFile): readonly Finding[] {
    return [
      ...cookie(file),
      ...environment(file),
      ...scriptFindings(file),
      ...notExecutableFindings(file),
      ...pointerFindings(file),
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
