import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

const execFileAsync = promisify(execFile);
/** Where git would look instead of in the checkout; set, among others, while a hook of git runs. */
const ELSEWHERE = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX']);
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** What git says about a checkout. Paths are relative to its root, with `/`; a directory ends in `/`. */
export interface GitView {
  /** Ignored files and directories; what lies below an ignored directory is not listed by itself. */
  readonly ignored: ReadonlySet<string>;
  /** Directories named `deps` that hold tracked files. */
  readonly trackedDeps: ReadonlySet<string>;
  /** The time of the commit that is checked out; undefined before the first one. */
  readonly commitTime: Date | undefined;
}

/** No checkout, or no git to ask: `reason` says which, in words for the log. */
export interface NoGit {
  readonly reason: string;
}

/**
 * Asks git about a directory that may be a checkout. Nothing of the checkout is trusted to run:
 * its owner may be another user (a container job), and its configured file-system monitor is switched off.
 */
export async function readGitInfo(root: string): Promise<GitView | NoGit> {
  try {
    const [ignored, tracked, time] = await Promise.all([
      git(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']),
      git(root, ['ls-files', '-z', '--', ':(glob)**/deps/**']),
      commitTime(root),
    ]);
    const directories = tracked.flatMap((path) =>
      [...path.matchAll(/(?<=^|\/)deps\//g)].map(({ index }) => `${path.slice(0, index)}deps/`),
    );
    return { ignored: new Set(ignored), trackedDeps: new Set(directories), commitTime: time };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { reason: 'git is not installed here' };
    if (/not a git repository/i.test(messageOf(error))) return { reason: 'the sources are not a git checkout' };
    return { reason: `git cannot read the checkout: ${messageOf(error).trim()}` };
  }
}

/** The time of the commit that is checked out; undefined before the first one. */
async function commitTime(root: string): Promise<Date | undefined> {
  try {
    const [seconds = ''] = await git(root, ['log', '-1', '--format=%ct']);
    return new Date(Number(seconds.trim()) * 1000);
  } catch (error) {
    if (/does not have any commits yet/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** The names of the tags of the commit that is checked out. */
export async function tagsOf(root: string): Promise<readonly string[] | NoGit> {
  try {
    const [names = ''] = await git(root, ['tag', '--points-at', 'HEAD']);
    return names.split('\n').filter((name) => name !== '');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { reason: 'git is not installed here' };
    if (/not a git repository/i.test(messageOf(error))) return { reason: 'the sources are not a git checkout' };
    if (/malformed object name/i.test(messageOf(error))) return { reason: 'the repository has no commit yet' };
    return { reason: `git cannot read the checkout: ${messageOf(error).trim()}` };
  }
}

/** The files below a directory that git tracks or would add, relative to it; undefined where git cannot be asked. */
export async function listKnown(directory: string): Promise<readonly string[] | undefined> {
  try {
    return await git(directory, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || /not a git repository/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** One entry of a configuration: `section.subsection.name`, and its value unless it stands there alone. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string | undefined;
}

/** The entries of a configuration file of git, as git reads them, without what it includes. */
export async function readConfig(file: string): Promise<readonly ConfigEntry[]> {
  const entries = await git('/', ['config', '--file', file, '--list', '-z', '--no-includes']).catch(
    (error: unknown) => {
      throw new MixReleaseError('sources-unreadable', {
        what: `git cannot read its configuration ${file}: ${messageOf(error).trim()}`,
        next: 'Mend or remove that file; credentials in it must not go to the builder, so it is not sent unread.',
        cause: error,
      });
    },
  );
  return entries.map((entry) => {
    const end = entry.indexOf('\n');
    return end < 0 ? { key: entry, value: undefined } : { key: entry.slice(0, end), value: entry.slice(end + 1) };
  });
}

async function git(root: string, args: readonly string[]): Promise<readonly string[]> {
  const safe = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-C', root];
  const here = Object.entries(process.env).filter(([name]) => !ELSEWHERE.has(name));
  const { stdout } = await execFileAsync('git', [...safe, ...args], {
    maxBuffer: OUTPUT_LIMIT,
    env: { ...Object.fromEntries(here), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
  });
  return stdout.split('\0').filter((path) => path !== '');
}
