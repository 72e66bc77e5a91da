import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, lstat, mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './cli.js';

const run = promisify(execFile);

/** A temporary directory that goes at the end of its scope. */
export interface Temporary extends AsyncDisposable {
  readonly path: string;
}

export async function temporary(): Promise<Temporary> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-test-'));
  return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** A git checkout with one commit that holds a copy of one of this repository's projects (`examples/hello` …). */
export async function checkoutOf(project: string): Promise<Temporary> {
  const made = await temporary();
  // What a build by hand left there is no part of the project.
  const isSource = (file: string): boolean => path.basename(file) !== '_build';
  await cp(path.join(ROOT, project), made.path, { recursive: true, verbatimSymlinks: true, filter: isSource });
  await git(made.path, 'init', '--quiet');
  await git(made.path, 'add', '--all');
  await git(made.path, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'Start');
  return made;
}

export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', directory, ...args]);
  return stdout.trim();
}

/** One line for each entry below a directory, with its mode, time and content: equal texts mean equal trees. */
export async function fingerprint(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const { mode, mtimeMs } = await lstat(file);
      const content = entry.isSymbolicLink()
        ? await readlink(file)
        : entry.isFile()
          ? createHash('sha256')
              .update(await readFile(file))
              .digest('hex')
          : '';
      return [path.relative(directory, file), mode.toString(8), mtimeMs, content].join(' ');
    }),
  );
  return lines.sort().join('\n');
}
