import { buffer } from 'node:stream/consumers';
import { Parser } from 'tar';
import type { RunningContainer } from '../engine/container.js';

/** Facts that a task of ours left in a file in the container, by name: `key NUL value NUL` and so on. */
export async function readFacts(container: RunningContainer, path: string): Promise<ReadonlyMap<string, string>> {
  const archive = await buffer(await container.get(path));
  const fields = (await firstFile(archive)).split('\0');
  const facts = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) facts.set(fields[at] ?? '', fields[at + 1] ?? '');
  return facts;
}

function firstFile(archive: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      },
    });
    parser.on('error', reject);
    parser.on('end', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    parser.end(archive);
  });
}
