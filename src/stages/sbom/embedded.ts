import type { Source } from '../../audit/elf/source.js';
import { textChunksOf } from '../../audit/search-bytes.js';
import type { Item } from './item.js';
import { purlOf } from './purls.js';

/** A library whose code is part of a file, by the version that the file has of it as text. */
export interface Embedded {
  readonly name: 'zlib' | 'pcre' | 'pcre2' | 'openssl';
  readonly version: string;
}

/** How a library says its version where its code is. */
interface Sign {
  readonly name: Embedded['name'];
  readonly pattern: RegExp;
  /** Where else the text stands: in files that are linked against this library, which was there when they were compiled. */
  readonly unlessNeeded?: RegExp;
}

const SIGNS: readonly Sign[] = [
  { name: 'zlib', pattern: /(?:de|in)flate (\d+\.\d+(?:\.\d+)*) Copyright/ },
  {
    name: 'openssl',
    pattern: /OpenSSL (\d+\.\d+\.\d+[a-z]*) +\d{1,2} [A-Z][a-z]{2} \d{4}/,
    unlessNeeded: /^lib(?:crypto|ssl)\.so/,
  },
];

/** Too common a text to look for it in other files than the runtime's. */
const SIGNS_OF_RUNTIME: readonly Sign[] = [
  { name: 'pcre', pattern: /(?<![\w.])(8\.\d{2}) \d{4}-\d{2}-\d{2}\0/ },
  { name: 'pcre2', pattern: /(?<![\w.])(10\.\d{2}) \d{4}-\d{2}-\d{2}\0/ },
];

/** Vendor and product as the vulnerability database of NIST names them. */
const PRODUCTS: Readonly<Record<Embedded['name'], string>> = {
  zlib: 'zlib:zlib',
  pcre: 'pcre:pcre',
  pcre2: 'pcre:pcre2',
  openssl: 'openssl:openssl',
};

/**
 * The libraries whose code an ELF file has in it, of those that say so.
 *
 * @param needed - names of the shared libraries that it is linked against
 */
export function embeddedIn(path: string, content: Source, needed: readonly string[]): readonly Embedded[] {
  const signs = path.startsWith('erts-') ? [...SIGNS, ...SIGNS_OF_RUNTIME] : SIGNS;
  const left = new Set(
    signs.filter(({ unlessNeeded }) => unlessNeeded === undefined || !needed.some((name) => unlessNeeded.test(name))),
  );
  const found: Embedded[] = [];
  for (const text of textChunksOf(content)) {
    for (const sign of left) {
      const [, version] = sign.pattern.exec(text) ?? [];
      if (version === undefined) continue;
      found.push({ name: sign.name, version });
      left.delete(sign);
    }
    if (left.size === 0) break;
  }
  return found;
}

export const embeddedRef = (path: string, { name }: Embedded): string => `${path}#${name}`;

/** A library whose code is in a file. */
export function embeddedItem(path: string, embedded: Embedded): Item {
  const { name, version } = embedded;
  return {
    ref: embeddedRef(path, embedded),
    type: 'library',
    ...{ name, version, purl: purlOf('generic', undefined, name, version) },
    cpe: `cpe:2.3:a:${PRODUCTS[name]}:${version}:*:*:*:*:*:*:*`,
    properties: { origin: 'embedded', 'found-in': path },
    needs: [],
  };
}
