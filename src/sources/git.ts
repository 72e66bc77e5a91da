import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { git } from './git-command.js';

/** The working copy of a repository as git sees it. Paths are relative to its root, with `/`; a directory ends in `/`. */
export interface WorkingCopy {
  /** Ignored files and directories, without the contents of ignored directories. */
  readonly ignored: ReadonlySet<string>;
  /** Tracked files, and submodules without an end in `/`. */
  readonly tracked: readonly string[];
  /** Directories named `deps` with tracked files. */
  readonly trackedDeps: ReadonlySet<string>;
  /** What lies directly in such a directory and is tracked, or has tracked files; without `/` at its end. */
  readonly trackedInDeps: ReadonlySet<string>;
}

/** A checkout as git sees it. */
export interface GitInfo extends WorkingCopy {
  /** The time of the current commit; undefined before the first one. */
  readonly commitTime: Date | undefined;
}

/** No checkout, or no usable git; `reason` is for the log. */
export interface GitUnavailable {
  readonly reason: string;
}

/**
 * Reads git's view of a directory that may be a checkout. Another user may own it, as in a container job. Git runs no
 * program from the checkout's configuration: see `git`.
 */
export async function readGitInfo(root: string): Promise<GitInfo | GitUnavailable> {
  try {
    const [copy, time] = await Promise.all([readWorkingCopy(root), commitTime(root)]);
    return { ...copy, commitTime: time };
  } catch (error) {
    return unavailable(error);
  }
}

function unavailable(error: unknown): GitUnavailable {
  if (systemErrorCode(error) === 'ENOENT') return { reason: 'git is not installed here' };
  // A worktree or a submodule has a file `.git` with the path of its repository.
  const [, missing] = /not a git repository: (.+)/i.exec(messageOf(error)) ?? [];
  if (missing !== undefined) return { reason: `.git names a repository that is not here, ${missing.trim()}` };
  if (/not a git repository/i.test(messageOf(error))) return { reason: 'the sources are not a git checkout' };
  return { reason: `git cannot read the checkout: ${messageOf(error).trim()}` };
}

/**
 * Reads git's view of a working copy.
 *
 * @throws the error of git
 */
export async function readWorkingCopy(root: string): Promise<WorkingCopy> {
  const [ignored, tracked] = await Promise.all([
    git(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']),
    git(root, ['ls-files', '-z']),
  ]);
  const found = tracked
    .filter((name) => name.includes('deps/'))
    .flatMap((name) =>
      [...name.matchAll(/(?<=^|\/)deps\/(?=([^/]+))/g)].map(({ index, 1: inside = '' }) => {
        const directory = `${name.slice(0, index)}deps/`;
        return { directory, inside: `${directory}${inside}` };
      }),
    );
  return {
    ignored: new Set(ignored),
    tracked,
    trackedDeps: new Set(found.map(({ directory }) => directory)),
    trackedInDeps: new Set(found.map(({ inside }) => inside)),
  };
}

/** Whether the history was cut off, as `actions/checkout` does without `fetch-depth: 0`. */
export async function isShallow(root: string): Promise<boolean> {
  const [answer = ''] = await git(root, ['rev-parse', '--is-shallow-repository']);
  return answer.trim() === 'true';
}

/** Whether a tag leads to the current commit, as `git describe --tags` looks for one. */
export async function hasReachableTag(root: string): Promise<boolean> {
  const found = await git(root, ['for-each-ref', '--count=1', '--merged=HEAD', '--format=%(refname)', 'refs/tags']);
  return found.join('').trim() !== '';
}

/** The time of the current commit; undefined before the first one. */
async function commitTime(root: string): Promise<Date | undefined> {
  try {
    const [header = ''] = (await git(root, ['cat-file', 'commit', 'HEAD'])).join('').split('\n\n');
    const seconds = /^committer .* (\d+) [+-]\d+$/m.exec(header)?.[1];
    return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
  } catch (error) {
    if (/not a valid object name HEAD/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** The names of the tags of the current commit. */
export async function tagsOf(root: string): Promise<readonly string[] | GitUnavailable> {
  try {
    const command = ['for-each-ref', '--points-at', 'HEAD', '--format=%(refname:strip=2)', 'refs/tags'];
    return (await git(root, command))
      .join('')
      .split('\n')
      .filter((name) => name !== '');
  } catch (error) {
    if (/malformed object name/i.test(messageOf(error))) return { reason: 'the repository has no commit yet' };
    return unavailable(error);
  }
}

/** The files below a directory that git tracks or would add, relative to it; undefined without git or a checkout. */
export async function listGitFiles(directory: string): Promise<readonly string[] | undefined> {
  try {
    return await git(directory, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || /not a git repository/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** One entry of a configuration: `section.subsection.name`, and its value if it has one. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string | undefined;
}

/** The entries of a git configuration file, as git parses them, without included files. */
export async function readConfig(file: string): Promise<readonly ConfigEntry[]> {
  const entries = await git('/', ['config', '--file', file, '--list', '-z', '--no-includes']).catch(
    (error: unknown) => {
      throw new MixReleaseError('sources-unreadable', {
        what: `git cannot read its configuration ${file}: ${messageOf(error).trim()}`,
        next: 'Fix or remove the file. It is not sent, because its credentials cannot be removed.',
        cause: error,
      });
    },
  );
  return entries.map((entry) => {
    const end = entry.indexOf('\n');
    return end < 0 ? { key: entry, value: undefined } : { key: entry.slice(0, end), value: entry.slice(end + 1) };
  });
}
