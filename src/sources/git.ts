import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, systemErrorCode } from '../errors.js';

const execFileAsync = promisify(execFile);
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** What git says about a checkout. Paths are relative to its root, with `/`; a directory ends in `/`. */
export interface GitView {
  /** Ignored files and directories; what lies below an ignored directory is not listed by itself. */
  readonly ignored: ReadonlySet<string>;
  /** Directories named `deps` that hold tracked files. */
  readonly trackedDeps: ReadonlySet<string>;
}

/** No checkout, or no git to ask: `reason` says which, in words for the log. */
export interface NoGit {
  readonly reason: string;
}

/**
 * Asks git about a directory that may be a checkout. Nothing of the checkout is trusted to run:
 * its owner may be another user (a container job), and its configured file-system monitor is switched off.
 */
export async function askGit(root: string): Promise<GitView | NoGit> {
  try {
    const [ignored, tracked] = await Promise.all([
      git(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']),
      git(root, ['ls-files', '-z', '--', ':(glob)**/deps/**']),
    ]);
    const directories = tracked.map((path) => path.slice(0, `/${path}`.indexOf('/deps/')) + 'deps/');
    return { ignored: new Set(ignored), trackedDeps: new Set(directories) };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { reason: 'git is not installed here' };
    if (/not a git repository/i.test(messageOf(error))) return { reason: 'the sources are not a git checkout' };
    return { reason: `git cannot read the checkout: ${messageOf(error).trim()}` };
  }
}

async function git(root: string, args: readonly string[]): Promise<readonly string[]> {
  const safe = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-C', root];
  const { stdout } = await execFileAsync('git', [...safe, ...args], {
    maxBuffer: OUTPUT_LIMIT,
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
  });
  return stdout.split('\0').filter((path) => path !== '');
}
