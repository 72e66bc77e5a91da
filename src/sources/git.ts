import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

const execFileAsync = promisify(execFile);
/**
 * Variables that point git to another repository or change the meaning of our patterns. Git sets some of them for its
 * hooks.
 */
const REDIRECTING_VARIABLES =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/;
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** A checkout as git sees it. Paths are relative to its root, with `/`; a directory ends in `/`. */
export interface GitInfo {
  /** Ignored files and directories, without the contents of ignored directories. */
  readonly ignored: ReadonlySet<string>;
  /** Directories named `deps` with tracked files. */
  readonly trackedDeps: ReadonlySet<string>;
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
    if (systemErrorCode(error) === 'ENOENT') return { reason: 'git is not installed here' };
    if (/not a git repository/i.test(messageOf(error))) return { reason: 'the sources are not a git checkout' };
    if (/malformed object name/i.test(messageOf(error))) return { reason: 'the repository has no commit yet' };
    return { reason: `git cannot read the checkout: ${messageOf(error).trim()}` };
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

/**
 * Runs a git command whose output does not depend on configuration and which runs no program from the checkout's:
 *
 * - Only plumbing commands. `git log` runs `gpg.program` where `log.showSignature` is set, and prints other lines then;
 *   `git tag` prints columns where `column.ui` is set. No command here compares, converts or signs anything, so git runs
 *   no driver, filter or editor.
 * - No file-system monitor, no hooks, no pager.
 * - No fetching, even in a partial clone: that runs the programs of its remote, such as `core.sshCommand`,
 *   `remote.NAME.uploadpack` or the command of an `ext::COMMAND` address. `GIT_ALLOW_PROTOCOL` takes precedence over all
 *   configuration; git before 2.45 does not know `GIT_NO_LAZY_FETCH`.
 *
 * @returns the parts of its output between NUL bytes, without empty ones
 */
async function git(root: string, args: readonly string[]): Promise<readonly string[]> {
  const settings = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null'].flatMap((setting) => [
    '-c',
    setting,
  ]);
  const env = Object.entries(process.env).filter(([name]) => !REDIRECTING_VARIABLES.test(name));
  const { stdout } = await execFileAsync('git', ['--no-pager', ...settings, '-C', root, ...args], {
    maxBuffer: OUTPUT_LIMIT,
    env: {
      ...Object.fromEntries(env),
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_TERMINAL_PROMPT: '0',
    },
  });
  return stdout.split('\0').filter((path) => path !== '');
}
