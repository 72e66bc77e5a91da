import { afterEach, beforeEach } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { directoryWith, type Tree } from './files.js';

const execFileAsync = promisify(execFile);

/** Runs git in a directory, with none of the settings and variables of whoever runs the tests, and returns what it prints. */
export async function git(root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execFileAsync('git', ['-C', root, ...args], {
    env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
  return stdout;
}

/** A new repository with these files; `tracked` are added to its index, by force where they are ignored. */
export async function repositoryWith(tree: Tree, tracked: readonly string[] = []): Promise<string> {
  const root = await directoryWith(tree);
  await git(root, 'init', '--quiet');
  if (tracked.length > 0) await git(root, 'add', '--force', '--', ...tracked);
  return root;
}

/** Keeps the settings of whoever runs the tests from the git that the tested code starts; restores the environment. */
export function isolateGit(): void {
  const before = { ...process.env };
  beforeEach(() => {
    process.env.GIT_CONFIG_NOSYSTEM = '1';
    process.env.GIT_CONFIG_GLOBAL = '/dev/null';
  });
  afterEach(() => {
    process.env = { ...before };
  });
}
