import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** All ELF files at or below the paths, by their first four bytes; symbolic links are not followed. */
export async function elfFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const each of paths) {
    if (lstatSync(each).isFile()) {
      if (isElf(each)) found.push(each);
      continue;
    }
    for (const entry of await readdir(each, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && isElf(file)) found.push(file);
    }
  }
  return found.sort();
}

function isElf(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(4);
    readSync(descriptor, head, 0, 4, 0);
    return head.toString('latin1') === '\x7fELF';
  } finally {
    closeSync(descriptor);
  }
}
