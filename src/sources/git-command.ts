import { isUtf8 } from 'node:buffer';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nameOf } from '../path-bytes.js';

const execFileAsync = promisify(execFile);

/**
 * Variables that point git to another repository or change the meaning of our patterns. Git sets some of them for its
 * hooks.
 */
const REDIRECTING_VARIABLES =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/;
const OUTPUT_LIMIT = 256 * 1024 * 1024;

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
export async function git(root: string, args: readonly string[]): Promise<readonly string[]> {
  const settings = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null'].flatMap((setting) => [
    '-c',
    setting,
  ]);
  const env = Object.entries(process.env).filter(([name]) => !REDIRECTING_VARIABLES.test(name));
  const { stdout } = await execFileAsync('git', ['--no-pager', ...settings, '-C', root, ...args], {
    maxBuffer: OUTPUT_LIMIT,
    encoding: 'buffer',
    env: {
      ...Object.fromEntries(env),
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_TERMINAL_PROMPT: '0',
    },
  });
  return partsOf(stdout).filter((part) => part !== '');
}

/** One name that is no UTF-8 does not slow the others down. */
function partsOf(output: Buffer): readonly string[] {
  if (isUtf8(output)) return output.toString('utf8').split('\0');
  // Latin-1 has one character for each byte.
  return output
    .toString('latin1')
    .split('\0')
    .map((part) => nameOf(Buffer.from(part, 'latin1')));
}
