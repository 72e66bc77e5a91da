import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import * as v from 'valibot';
import { END, headerOf, paddingAfter } from '../archive/write.js';
import { compressed } from '../package/compress.js';
import { belowTop } from '../package/tree.js';
import { isKept, isGitConfigOfDependency, withoutLogins } from './contents.js';

/** The last entry of an archive: it says what the others have to be. */
export const MANIFEST = 'manifest.json';

/** What an archive says of itself, to be compared with what came back. */
export const MANIFEST_SCHEMA = v.pipe(
  v.object({
    version: v.literal(1),
    /** What the state was made with; a state of other facts is not taken. */
    facts: v.pipe(v.record(v.string(), v.string()), v.readonly()),
    entries: v.pipe(v.number(), v.safeInteger()),
    /** Bytes of all content. */
    bytes: v.pipe(v.number(), v.safeInteger()),
    /** Of everything before the manifest: 64 hex digits. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  v.readonly(),
);

export type Manifest = v.InferOutput<typeof MANIFEST_SCHEMA>;

/**
 * Writes the state of a target to one `tar.zst`: what a next build can use of it, and never a credential. The stream
 * is filtered and compressed as it comes; nothing else is written to disk.
 *
 * @param archive - the tar stream of the state's directory, as the engine hands it out
 * @param withBuild - whether compiled code goes in, too
 */
export async function writeState(
  archive: Readable,
  file: string,
  facts: Readonly<Record<string, string>>,
  withBuild: boolean,
): Promise<Manifest> {
  const hash = createHash('sha256');
  const seen = { entries: 0, bytes: 0 };
  let manifest: Manifest | undefined;
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of filtered(archive, seen, withBuild) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    manifest = { version: 1, facts, ...seen, sha256: hash.digest('hex') };
    const text = Buffer.from(JSON.stringify(manifest));
    const size = text.length;
    const entry = { path: MANIFEST, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), size, type: 'File' } as const;
    yield Buffer.concat([headerOf(entry), text, paddingAfter(size), END]);
  };
  await pipeline(compressed(whole(), 'tar.zst'), createWriteStream(file));
  if (!manifest) throw new Error('the archive has no manifest');
  return manifest;
}

function filtered(archive: Readable, seen: { entries: number; bytes: number }, withBuild: boolean): Readable {
  const out = new PassThrough();
  const parser = new Parser({ strict: true });
  let [whole, waiting] = [false, false];
  parser.on('eof', () => {
    whole = true;
  });
  const write = (chunk: Buffer, entry: ReadEntry): void => {
    if (out.write(chunk) || waiting) return;
    waiting = true;
    entry.pause();
    out.once('drain', () => {
      waiting = false;
      entry.resume();
    });
  };
  const count = (size: number): void => {
    seen.entries += 1;
    seen.bytes += size;
  };
  parser.on('entry', (entry: ReadEntry) => {
    const name = belowTop(entry.path);
    if (!isKept(name, withBuild)) {
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
    () => (whole ? out.end() : out.destroy(new Error('the archive breaks off'))),
    (error: unknown) => out.destroy(error as Error),
  );
  return out;
}

/** An entry as it was, times included: Mix compares them. */
function entryHeader(entry: ReadEntry, name: string, size: number): Buffer {
  const { type, mode = 0o644, uid = 0, gid = 0, mtime = new Date(0), linkpath } = entry;
  const kind = type === 'Directory' || type === 'SymbolicLink' || type === 'Link' ? type : 'File';
  const target = kind === 'Link' ? `state/${belowTop(linkpath ?? '')}` : linkpath;
  const common = { path: `state/${name}`, type: kind, mode: mode & 0o7777, uid, gid, mtime, size } as const;
  return headerOf({ ...common, ...(target ? { linkpath: target } : {}) });
}
