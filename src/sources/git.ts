import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

const execFileAsync = promisify(execFile);
/**
 * Variables by which git would look elsewhere than in the checkout, some of them set while a hook of git runs, or would
 * take our patterns for something else.
 */
const ELSEWHERE =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/;
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
 * Reads what git knows of a directory that may be a checkout. Its owner may be another user, as in a container job. No
 * program that its configuration names is run: see `git`.
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
    const [header = ''] = (await git(root, ['cat-file', 'commit', 'HEAD'])).join('').split('\n\n');
    const seconds = /^committer .* (\d+) [+-]\d+$/m.exec(header)?.[1];
    return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
  } catch (error) {
    if (/not a valid object name HEAD/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** The names of the tags of the commit that is checked out. */
export async function tagsOf(root: string): Promise<readonly string[] | NoGit> {
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

/**
 * Runs git for what nothing in a configuration changes, and nothing in the checkout's own starts a program for:
 *
 * - Plumbing alone. `git log` runs `gpg.program` where `log.showSignature` is set, and its output has other lines then;
 *   `git tag` prints in columns where `column.ui` is set. No command here compares, converts or signs anything, so that
 *   no driver, filter or editor has a part in it.
 * - No file-system monitor, no hooks, no pager.
 * - Nothing is fetched, whatever a partial clone lacks: that runs the programs of its remote, such as
 *   `core.sshCommand`, `remote.NAME.uploadpack` or those of an address `ext::COMMAND`. The variable that allows no
 *   protocol counts before all configuration; git before 2.45 does not know the other one.
 *
 * @returns what it prints, without the parts between NUL bytes that are empty
 */
async function git(root: string, args: readonly string[]): Promise<readonly string[]> {
  const settings = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null'].flatMap((each) => [
    '-c',
    each,
  ]);
  const here = Object.entries(process.env).filter(([name]) => !ELSEWHERE.test(name));
  const { stdout } = await execFileAsync('git', ['--no-pager', ...settings, '-C', root, ...args], {
    maxBuffer: OUTPUT_LIMIT,
    env: {
      ...Object.fromEntries(here),
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_TERMINAL_PROMPT: '0',
    },
  });
  return stdout.split('\0').filter((path) => path !== '');
}
