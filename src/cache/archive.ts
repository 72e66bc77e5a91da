import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import * as v from 'valibot';
import { END, headerOf, paddingAfter } from '../archive/write.js';
import { BUILD_ROOT } from '../builder/layout.js';
import { compressed } from '../package/compress.js';
import { belowTop } from '../package/tree.js';
import { isGitConfigOfDependency, withoutLogins, type IsKept } from './contents.js';

/** The directory that all other entries are in: the volume's. */
export const TOP = path.posix.basename(BUILD_ROOT);
/** The last entry of an archive, which describes the others. */
export const MANIFEST = 'manifest.json';

/** The description of an archive, to verify it after a download. */
export const MANIFEST_SCHEMA = v.pipe(
  v.object({
    version: v.literal(2),
    /** What the build cache was made with, such as versions; other builds must not use it. */
    facts: v.pipe(v.record(v.string(), v.string()), v.readonly()),
    entries: v.pipe(v.number(), v.safeInteger()),
    /** Bytes of all content. */
    bytes: v.pipe(v.number(), v.safeInteger()),
    /** Of everything before the manifest, 64 hex digits. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  v.readonly(),
);

export type Manifest = v.InferOutput<typeof MANIFEST_SCHEMA>;

/**
 * Writes the build cache of a target to one `tar.zst`: only what a later build can use, and never a credential. It
 * filters and compresses the stream on the fly, without another file on disk.
 *
 * @param archive - the engine's tar stream of the volume's directory
 */
export async function writeArchive(
  archive: Readable,
  file: string,
  facts: Readonly<Record<string, string>>,
  isKept: IsKept,
): Promise<Manifest> {
  const hash = createHash('sha256');
  const totals = { entries: 0, bytes: 0 };
  let manifest: Manifest | undefined;
  const withManifest = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of filtered(archive, totals, isKept) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    manifest = { version: 2, facts, ...totals, sha256: hash.digest('hex') };
    const text = Buffer.from(JSON.stringify(manifest));
    const size = text.length;
    const entry = { path: MANIFEST, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), size, type: 'File' } as const;
    yield Buffer.concat([headerOf(entry), text, paddingAfter(size), END]);
  };
  await pipeline(compressed(withManifest(), 'tar.zst'), createWriteStream(file));
  if (!manifest) throw new Error('the archive has no manifest');
  return manifest;
}

function filtered(archive: Readable, seen: { entries: number; bytes: number }, isKept: IsKept): Readable {
  const out = new PassThrough();
  const parser = new Parser({ strict: true });
  let [whole, draining] = [false, false];
  parser.on('eof', () => {
    whole = true;
  });
  const write = (chunk: Buffer, entry: ReadEntry): void => {
    if (out.write(chunk) || draining) return;
    draining = true;
    entry.pause();
    out.once('drain', () => {
      draining = false;
      entry.resume();
    });
  };
  const count = (size: number): void => {
    seen.entries += 1;
    seen.bytes += size;
  };
  parser.on('entry', (entry: ReadEntry) => {
    const name = belowTop(entry.path);
    if (!isKept(name, entry.type === 'Directory')) {
      entry.resume();
      return;
    }
    if (isGitConfigOfDependency(name)) {
      const parts: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => parts.push(chunk));
      entry.on('end', () => {
        const text = Buffer.from(withoutLogins(Buffer.concat(parts).toString()));
        count(text.length);
        out.write(Buffer.concat([entryHeader(entry, name, text.length), text, paddingAfter(text.length)]));
      });
      return;
    }
    count(entry.size);
    out.write(entryHeader(entry, name, entry.size));
    entry.on('data', (chunk: Buffer) => write(chunk, entry));
    entry.on('end', () => out.write(paddingAfter(entry.size)));
  });
  pipeline(archive, parser as unknown as NodeJS.WritableStream).then(
    () => (whole ? out.end() : out.destroy(new Error('the archive is incomplete'))),
    (error: unknown) => out.destroy(error as Error),
  );
  return out;
}

/** The header of an entry, with its time: Mix compares times. */
function entryHeader(entry: ReadEntry, name: string, size: number): Buffer {
  const { type, mode = 0o644, uid = 0, gid = 0, mtime = new Date(0), linkpath } = entry;
  const kind = type === 'Directory' || type === 'SymbolicLink' || type === 'Link' ? type : 'File';
  const target = kind === 'Link' ? `${TOP}/${belowTop(linkpath ?? '')}` : linkpath;
  const common = { path: `${TOP}/${name}`, type: kind, mode: mode & 0o7777, uid, gid, mtime, size } as const;
  return headerOf({ ...common, ...(target ? { linkpath: target } : {}) });
}
