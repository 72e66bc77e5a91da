import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import { packageOf } from '../runtime-packages.js';
import type { Survey } from '../survey.js';
import { error } from './finding.js';

/** The libraries that a release itself gives. */
export interface Libraries {
  has(name: string): boolean;
  /** Whether the release gives a library with a version of symbols. */
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

/** Libraries that files need of the system, beside what comes with the C library; sorted. */
export function neededLibraries(files: readonly CodeFile[], policy: Policy, libraries: Libraries): readonly string[] {
  const needed = files.flatMap((file) => file.needed).filter((name) => !policy.isBase(name) && !libraries.has(name));
  return [...new Set(needed)].sort();
}

/** Libraries that nothing gives: not the release, not the C library, no known package, and the user did not either. */
export function libraryFindings(files: readonly CodeFile[], policy: Policy, libraries: Libraries): readonly Finding[] {
  return files.flatMap((file) =>
    file.needed
      .filter((name) => !policy.isBase(name) && !libraries.has(name) && !policy.allowedLibraries.has(name))
      .filter((name) => packageOf(name, policy.target.libc) === undefined)
      .map((name) =>
        error(
          'missing-library',
          file.path,
          `it needs ${name}, which is neither in the release nor in a package that is known here`,
          `Put it into the release beside the file that needs it, link it statically, or say that the machines have it: allow-libraries: ${name}.`,
        ),
      ),
  );
}

/** OpenSSL by its number in the names of libraries: `1.1`, `3`. */
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
      'two-openssl',
      undefined,
      `files of the release need different OpenSSLs: ${described.join(' and ')}`,
      'Build all of them on one system: two OpenSSLs in one virtual machine call into each other, and few systems have both.',
    ),
  ];
}
