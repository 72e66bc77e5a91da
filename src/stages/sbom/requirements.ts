import type { AuditReport, Family } from '../../audit/report.js';
import type { Item } from './item.js';
import { purlOf } from './purls.js';

/** What of an audit says what the machine has to have. */
export type Audited = Pick<AuditReport, 'requirements' | 'floor' | 'files'>;

/** The type of a package's purl, and its vendor, by family. */
const PACKAGES: Readonly<Record<Family, readonly [type: string, vendor: string]>> = {
  debian: ['deb', 'debian'],
  ubuntu: ['deb', 'ubuntu'],
  rhel: ['rpm', 'redhat'],
  alpine: ['apk', 'alpine'],
};

export const libraryRef = (name: string): string => `system:${name}`;

/** Shared libraries that a release needs and does not have, and the C library. Their versions are the machine's. */
export function libraryItems({ requirements, floor }: Audited, libc: 'glibc' | 'musl'): readonly Item[] {
  const oldest = libc === 'glibc' ? floor.glibc : undefined;
  return [
    outside(libraryRef(libc), libc, { 'oldest-version': oldest }),
    ...requirements.libraries.map((name) => outside(libraryRef(name), name, {})),
  ];
}

/** Packages that bring these libraries and what else is needed, as systems like the builder's name them. */
export function packageItems({ requirements }: Audited, os: string): readonly Item[] {
  const [id = '', version = ''] = os.split(' ');
  const family = (Object.keys(PACKAGES) as Family[]).find((each) => each === id);
  if (family === undefined) return [];
  const [type, vendor] = PACKAGES[family];
  const distro = version === '' ? id : `${id}-${version}`;
  return requirements[family].map((name) => {
    const purl = /[:(]/.test(name) ? undefined : purlOf(type, vendor, name, undefined, { distro });
    return { ...outside(`package:${name}`, name, { system: os }), purl };
  });
}

/** By family of systems, the packages that a release needs, for properties. */
export function packageNames({ requirements }: Audited): Readonly<Record<string, string | undefined>> {
  const families = Object.keys(PACKAGES) as Family[];
  return Object.fromEntries(
    families.map((family) => [`packages:${family}`, requirements[family].join(' ') || undefined]),
  );
}

/** References of the libraries that files below a directory are linked against. */
export function librariesOf({ files, requirements }: Audited, directory: string): readonly string[] {
  const needed = new Set(files.flatMap(({ path, needed: names }) => (path.startsWith(`${directory}/`) ? names : [])));
  return requirements.libraries.filter((name) => needed.has(name)).map((name) => libraryRef(name));
}

/** The C libraries of files below a directory. */
export function usesLibc({ files }: Audited, directory: string): boolean {
  return files.some(({ path, libc }) => path.startsWith(`${directory}/`) && (libc === 'glibc' || libc === 'musl'));
}

function outside(ref: string, name: string, properties: Item['properties'] & object): Item {
  return { ref, type: 'library', name, outside: true, properties: { origin: 'system', ...properties }, needs: [] };
}
