import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { messageOf } from '../errors.js';
import { expanded } from '../archive/expand.js';
import { valueIn } from '../json.js';
import { MANIFEST, MANIFEST_SCHEMA } from './archive.js';

/**
 * Reads an archive through before anything of it is used.
 *
 * @returns why it cannot be used, in words for the log; undefined where it is whole and fits
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
    if (!manifest) return 'it has no manifest of ours';
    const wrong = Object.keys(facts).find((name) => manifest.facts[name] !== facts[name]);
    if (wrong !== undefined)
      return `its ${wrong} is ${manifest.facts[wrong] ?? 'unknown'}, and not ${facts[wrong] ?? ''}`;
    if (manifest.entries !== found.entries || manifest.bytes !== found.bytes)
      return 'it is not as large as it was saved';
    return (await digestOf(file)) === manifest.sha256 ? undefined : 'it is not what was saved';
  } catch (error) {
    return messageOf(error);
  }
}

function requireInside({ path, type, linkpath = '' }: ReadEntry): void {
  const escapes = (name: string): boolean => !name.startsWith('state/') || name.split('/').includes('..');
  if (escapes(path) || (type === 'Link' && escapes(linkpath))) throw new Error(`it has an entry ${path}`);
}

/** Bytes of everything in front of the manifest's header, hashed. */
async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stateOf(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** The archive without its manifest, as tar blocks without an end. */
async function* stateOf(file: string): AsyncGenerator<Buffer, void> {
  // The manifest is the last entry: held back is as much as it can take.
  let held: Buffer = Buffer.alloc(0);
  const marker = Buffer.from(`${MANIFEST}\0`);
  for await (const chunk of expanded(file)) {
    held = Buffer.concat([held, chunk]);
    const spare = Math.max(0, held.length - TAIL) & ~511;
    if (spare > 0) yield held.subarray(0, spare);
    held = held.subarray(spare);
  }
  for (let at = (held.length & ~511) - 512; at >= 0; at -= 512) {
    if (!held.subarray(at, at + marker.length).equals(marker)) continue;
    yield held.subarray(0, at);
    return;
  }
  throw new Error('it has no manifest of ours');
}

/** Bytes: more than a manifest and the end of an archive take. */
const TAIL = 64 * 1024;

/** The state as a tar stream, to be unpacked in the directory above it. Only for what `unfitFor` found nothing against. */
export function openState(file: string): Readable {
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    yield* stateOf(file);
    yield Buffer.alloc(1024);
  };
  return Readable.from(whole());
}
