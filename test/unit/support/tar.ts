import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { directoryWith, writeTree, type Tree } from './files.js';

const execFileAsync = promisify(execFile);

/** An entry as the `tar` command lists it. */
export interface Entry {
  /** Without the `/` that some archives give directories. */
  readonly name: string;
  /** Such as `-rw-r--r--`. */
  readonly mode: string;
  /** Numeric `uid/gid`. */
  readonly owner: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly time: string;
  /** Where a symbolic or a hard link points. */
  readonly linkTo: string | undefined;
}

/** Runs the `tar` command of this machine. */
export async function tar(...args: readonly string[]): Promise<string> {
  const { stdout } = await execFileAsync('tar', args, { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
  return stdout;
}

/** Writes a stream to a new file and returns its path. */
export async function saved(archive: Readable): Promise<string> {
  const file = path.join(await directoryWith(), 'archive.tar');
  await pipeline(archive, createWriteStream(file));
  return file;
}

/** What is in an archive, read by the `tar` command. Backslash escapes stand for what a line cannot hold. */
export async function entriesOf(archive: string): Promise<readonly Entry[]> {
  const listing = await tar(
    ...['--list', '--verbose', '--numeric-owner', '--full-time', '--utc', '--quoting-style=escape'],
    ...['--file', archive],
  );
  return listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode, owner, time, rest] =
        /^(\S+) +(\S+) +\d+ (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? (.*)$/.exec(line) ?? [];
      if (mode === undefined || owner === undefined || time === undefined || rest === undefined) {
        throw new Error(`tar listed what is not an entry: ${line}`);
      }
      const [name = '', linkTo] = rest.split(/ -> | link to /);
      return { name: name.replace(/\/$/, ''), mode, owner, time, linkTo };
    });
}

/** Unpacks an archive with the `tar` command into a new directory, modes and all. */
export async function extracted(archive: string): Promise<string> {
  const directory = await directoryWith();
  await tar('--extract', '--preserve-permissions', '--no-same-owner', '--file', archive, '--directory', directory);
  return directory;
}

/** An archive of one directory `rel`, as an engine hands it out, made by the `tar` command. */
export async function archiveOf(tree: Tree, ...options: readonly string[]): Promise<string> {
  const directory = await directoryWith({ rel: { directory: true } });
  await writeTree(path.join(directory, 'rel'), tree);
  const archive = path.join(directory, 'archive.tar');
  await tar('--create', ...options, '--file', archive, '--directory', directory, 'rel');
  return archive;
}
