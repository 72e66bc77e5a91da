/** How a release tarball is compressed; the name is its ending. */
export const FORMATS = ['tar.gz', 'tar.zst'] as const;

export type Format = (typeof FORMATS)[number];
