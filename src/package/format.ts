/** Formats of a release tarball, named by file extension. */
export const FORMATS = ['tar.gz', 'tar.zst'] as const;

export type Format = (typeof FORMATS)[number];
