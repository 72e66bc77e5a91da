import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { messageOf } from '../errors.js';
import { expanded } from '../archive/expand.js';
import { valueIn } from '../json.js';
import { MANIFEST, MANIFEST_SCHEMA, TOP } from './archive.js';

/**
 * Verifies an archive before anything is unpacked from it.
 *
 * @returns why it cannot be used, for the log; undefined where it is complete and its facts match
 */
export async function incompatibilityOf(
  file: string,
  facts: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    const found = { entries: 0, bytes: 0, manifest: '' };
    const parser = new Parser({ strict: true });
    parser.on('entry', (entry: ReadEntry) => {
      const isManifest = entry.path === MANIFEST;
      if (!isManifest) {
        found.entries += 1;
        found.bytes += entry.size;
        requireInside(entry);
      }
      entry.on('data', (chunk: Buffer) => {
        if (isManifest) found.manifest += chunk.toString();
      });
    });
    await pipeline(Readable.from(expanded(file)), parser as unknown as NodeJS.WritableStream);
    const manifest = valueIn(MANIFEST_SCHEMA, found.manifest);
    if (!manifest) return 'it has no valid manifest';
    const mismatch = Object.keys(facts).find((name) => manifest.facts[name] !== facts[name]);
    if (mismatch !== undefined)
      return `its ${mismatch} is ${manifest.facts[mismatch] ?? 'unknown'}, and not ${facts[mismatch] ?? ''}`;
    if (manifest.entries !== found.entries || manifest.bytes !== found.bytes)
      return 'its size differs from its manifest';
    return (await digestOf(file)) === manifest.sha256 ? undefined : 'its checksum differs from its manifest';
  } catch (error) {
    return messageOf(error);
  }
}

function requireInside({ path, type, linkpath = '' }: ReadEntry): void {
  const escapes = (name: string): boolean => !name.startsWith(`${TOP}/`) || name.split('/').includes('..');
  if (escapes(path) || (type === 'Link' && escapes(linkpath))) throw new Error(`it has an entry ${path}`);
}

/** SHA-256 of everything before the manifest's header. */
async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of withoutManifest(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** The archive without its manifest, as tar blocks without the end marker. */
async function* withoutManifest(file: string): AsyncGenerator<Buffer, void> {
  // The manifest is the last entry, so the last TAIL bytes wait until the end is known.
  let pending: Buffer = Buffer.alloc(0);
  const marker = Buffer.from(`${MANIFEST}\0`);
  for await (const chunk of expanded(file)) {
    pending = Buffer.concat([pending, chunk]);
    const spare = Math.max(0, pending.length - TAIL) & ~511;
    if (spare > 0) yield pending.subarray(0, spare);
    pending = pending.subarray(spare);
  }
  for (let at = (pending.length & ~511) - 512; at >= 0; at -= 512) {
    if (!pending.subarray(at, at + marker.length).equals(marker)) continue;
    yield pending.subarray(0, at);
    return;
  }
  throw new Error('it has no valid manifest');
}

/** Bytes: more than the manifest and the end marker of an archive. */
const TAIL = 64 * 1024;

/**
 * The build cache as a tar stream, to be unpacked in the directory above its own. The archive must have passed
 * `incompatibilityOf`.
 */
export function openArchive(file: string): Readable {
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    yield* withoutManifest(file);
    yield Buffer.alloc(1024);
  };
  return Readable.from(whole());
}
