import { FORMATS, type Format } from './format.js';

/** What a kind of file is called, and what becomes of it. */
interface FileKindRow {
  /** What its name has after the `NAME-VERSION-TRIPLE` of the release. */
  readonly ending: (format: Format) => string;
  /** Whether it is uploaded with the tarball. */
  readonly upload: boolean;
}

/** Every kind of file that a run makes of a release, in the order in which they take their places. */
export const FILE_KINDS = {
  /** The unpacked release. */
  directory: { ending: () => '', upload: false },
  'audit-report': { ending: () => '.audit.json', upload: false },
  /** What is inside: see `src/stages/sbom/`. */
  sbom: { ending: () => '.cdx.json', upload: true },
  /** What an index of tarballs is made from: see `src/distribution/facts.ts`. */
  facts: { ending: () => '.json', upload: true },
  checksum: { ending: (format) => `.${format}.sha256`, upload: true },
  /** The last: whoever sees it may take the others for there. */
  tarball: { ending: (format) => `.${format}`, upload: true },
} as const satisfies Readonly<Record<string, FileKindRow>>;

export type FileKind = keyof typeof FILE_KINDS;

/** The name of a file of a release, such as `web-1.2.3-x86_64-unknown-linux-gnu.tar.gz.sha256`. */
export function fileName(kind: FileKind, packageName: string, format: Format): string {
  return `${packageName}${FILE_KINDS[kind].ending(format)}`;
}

/** The names of everything that a build can leave of a release, in any format. */
export function allFileNames(packageName: string): readonly string[] {
  const kinds = Object.keys(FILE_KINDS) as FileKind[];
  return [...new Set(kinds.flatMap((kind) => FORMATS.map((format) => fileName(kind, packageName, format))))];
}
