import type { Image } from '../image.js';
export interface CrossImage {
  readonly tag: string;
  readonly base: Image;
  readonly runtime: string;
  readonly system: { readonly os: string; readonly osCodename: string };
}
export function crossImage(_engine: unknown, _request: unknown, _context: unknown): Promise<CrossImage> {
  return Promise.reject(new Error('not yet'));
}
