import { randomUUID } from 'node:crypto';
import type { BlobStore } from './blobs.js';
import { field, requiredField, TwirpError, type TwirpRequest } from './twirp.js';

export const cacheMethods = ['CreateCacheEntry', 'FinalizeCacheEntryUpload', 'GetCacheEntryDownloadURL'] as const;

export type CacheMethod = (typeof cacheMethods)[number];

/** A cache as the service keeps it. */
export interface StoredCache {
  readonly key: string;
  /** A hash of paths and compression: only an equal one matches. */
  readonly version: string;
  readonly blob: string;
  /** Bytes; 0 until finalized. */
  readonly size: number;
  readonly finalized: boolean;
}

export interface CacheService {
  /** In order of creation. */
  caches(): readonly StoredCache[];
  /** @throws TwirpError */
  call(method: CacheMethod, request: TwirpRequest): Promise<object>;
}

/** The caches of one repository. Messages: `generated/results/api/v1/cache.ts` of `@actions/cache`. */
export function cacheService(blobs: BlobStore): CacheService {
  const stored: StoredCache[] = [];
  const methods: Record<CacheMethod, (request: TwirpRequest) => object | Promise<object>> = {
    CreateCacheEntry(request) {
      const [key, version] = [requiredField(request, 'key'), requiredField(request, 'version')];
      if (stored.some((cache) => cache.key === key && cache.version === version)) {
        return { ok: false, message: 'cache entry with the same key and version already exists' };
      }
      const blob = `caches/${randomUUID()}`;
      stored.push({ key, version, blob, size: 0, finalized: false });
      return { ok: true, signed_upload_url: blobs.uploadUrl(blob) };
    },

    async FinalizeCacheEntryUpload(request) {
      const [key, version] = [requiredField(request, 'key'), requiredField(request, 'version')];
      const at = stored.findIndex((cache) => cache.key === key && cache.version === version);
      const cache = stored[at];
      if (!cache) throw new TwirpError(404, `cache ${key} was not created`);
      const blob = await blobs.inspect(cache.blob);
      const size = Number(field(request, 'size_bytes') ?? '0');
      if (blob?.size !== size)
        throw new TwirpError(400, `size ${String(size)}, but ${String(blob?.size)} were uploaded`);
      stored[at] = { ...cache, size, finalized: true };
      return { ok: true, entry_id: String(at + 1) };
    },

    GetCacheEntryDownloadURL(request) {
      const version = requiredField(request, 'version');
      const restore = request.restore_keys ?? request.restoreKeys ?? [];
      const candidates = stored.filter((cache) => cache.finalized && cache.version === version).reverse();
      const wanted = [requiredField(request, 'key'), ...(restore as readonly string[])];
      const exact = candidates.find(({ key }) => key === wanted[0]);
      const found = exact ?? wanted.flatMap((prefix) => candidates.filter(({ key }) => key.startsWith(prefix)))[0];
      if (!found) return { ok: false };
      return { ok: true, signed_download_url: blobs.downloadUrl(found.blob, 'cache.tzst'), matched_key: found.key };
    },
  };
  return {
    caches: () => [...stored],
    async call(method, request) {
      return methods[method](request);
    },
  };
}
