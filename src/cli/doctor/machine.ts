import { execFile } from 'node:child_process';
import { readFile, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const BINFMT = '/proc/sys/fs/binfmt_misc';
const execFileAsync = promisify(execFile);

/** Bytes of the file system of a directory. */
export async function space(directory: string): Promise<{ readonly free: number; readonly size: number }> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { free: bavail * bsize, size: blocks * bsize };
}

/** The lines that a program prints. */
export async function run(program: string, args: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await execFileAsync(program, args, { signal, encoding: 'utf8' });
  return stdout.split(/\r?\n/);
}

/** The entries of this kernel's list of emulators. It has a file `register` where it is mounted. */
export async function emulators(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(BINFMT);
  if (!names.includes('register')) throw new Error(`${BINFMT} is not mounted`);
  const entries = names.filter((name) => name !== 'register' && name !== 'status');
  const texts = await Promise.all(entries.map(async (name) => [name, await readFile(path.join(BINFMT, name), 'utf8')]));
  return Object.fromEntries(texts) as Record<string, string>;
}
