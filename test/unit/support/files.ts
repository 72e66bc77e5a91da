import { afterEach } from '@jest/globals';
import { chmod, lutimes, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What is at a path: the text or the bytes of a file, or something that says more. */
export type Node =
  | string
  | Buffer
  | { readonly content: string | Buffer; readonly mode: number }
  | { readonly linkTo: string }
  | { readonly directory: true; readonly mode?: number };

/** Paths relative to a root, with `/`. */
export type Tree = Readonly<Record<string, Node>>;

const made: string[] = [];

afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A new directory with these files in it; gone after the test. */
export async function directoryWith(tree: Tree = {}): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-test-'));
  made.push(directory);
  await writeTree(directory, tree);
  return directory;
}

/** Writes files in the order of the object, with exactly these modes, whatever the umask is. */
export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [name, node] of Object.entries(tree)) {
    const place = path.join(root, name);
    await mkdir(path.dirname(place), { recursive: true });
    if (typeof node === 'string' || Buffer.isBuffer(node)) {
      await writeFile(place, node);
    } else if ('linkTo' in node) {
      await symlink(node.linkTo, place);
    } else if ('directory' in node) {
      await mkdir(place, { recursive: true });
      await chmod(place, node.mode ?? 0o755);
    } else {
      await writeFile(place, node.content);
      await chmod(place, node.mode);
    }
  }
}

/** Dates a file, a directory or a symbolic link itself. */
export async function dateBy(place: string, time: Date): Promise<void> {
  await lutimes(place, time, time).catch(() => utimes(place, time, time));
}

/** Bytes that begin as those of a program or a shared library for Linux do. */
export const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]);
