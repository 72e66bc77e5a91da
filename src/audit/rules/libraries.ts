import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import type { Survey } from '../survey.js';
import { error } from './finding.js';

/** The libraries in a release. */
export interface Libraries {
  has(name: string): boolean;
  /** Whether a library in the release defines a symbol version. */
  offers(name: string, version: string): boolean;
}

export function librariesOf({ libraries, code }: Survey): Libraries {
  const files = new Map(code.map((file) => [file.path, file]));
  return {
    has: (name) => libraries.has(name),
    offers: (name, version) =>
      (libraries.get(name) ?? []).some((path) => files.get(path)?.definedVersions.includes(version) === true),
  };
}

/** Libraries that files need from the system, apart from the C library; sorted. */
export function neededLibraries(files: readonly CodeFile[], policy: Policy, libraries: Libraries): readonly string[] {
  const needed = files.flatMap((file) => file.needed).filter((name) => !policy.isBase(name) && !libraries.has(name));
  return [...new Set(needed)].sort();
}

/** Needed libraries that are not in the release, the C library, a known package or `allow-libraries`. */
export function libraryFindings(
  files: readonly CodeFile[],
  policy: Policy,
  libraries: Libraries,
  isPackaged: (library: string) => boolean,
): readonly Finding[] {
  return files.flatMap((file) =>
    file.needed
      .filter((name) => !policy.isBase(name) && !libraries.has(name) && !policy.allowedLibraries.has(name))
      .filter((name) => !isPackaged(name))
      .map((name) =>
        error(
          'missing-library',
          file.path,
          `it needs ${name}, which is neither in the release nor in a known package`,
          `Put it into the release next to the file that needs it, link it statically, or, if the machines have it, set allow-libraries: ${name}.`,
        ),
      ),
  );
}

/** Files that need different OpenSSL versions, by the version in the libraries' names: `1.1`, `3`. */
export function opensslFindings(files: readonly CodeFile[]): readonly Finding[] {
  const users = new Map<string, Set<string>>();
  for (const { path, needed } of files) {
    for (const name of needed) {
      const [, version] = /^lib(?:crypto|ssl)\.so\.(\d+(?:\.\d+)*)$/.exec(name) ?? [];
      if (version === undefined) continue;
      const major = version.replace(/^(1\.\d+).*$/, '$1');
      users.set(major, (users.get(major) ?? new Set<string>()).add(path));
    }
  }
  if (users.size < 2) return [];
  const versions = [...users].sort(([a], [b]) => (a < b ? -1 : 1));
  const described = versions.map(([version, paths]) => `OpenSSL ${version} (${[...paths].join(', ')})`);
  return [
    error(
      'openssl-conflict',
      undefined,
      `files of the release need different OpenSSL versions: ${described.join(' and ')}`,
      'Build all of them on one system: two OpenSSL versions in one process conflict, and few systems have both.',
    ),
  ];
}
