import path from 'node:path';
import { readConfig } from './git.js';

/** Whether a path of the sources is a git configuration: the checkout's, or a submodule's next to its HEAD. */
export function isGitConfig(path: string, all: ReadonlySet<string>): boolean {
  if (!/(^|\/)\.git\/(modules\/.+\/)?config(\.worktree)?$/.test(path)) return false;
  return all.has(path.replace(/config(\.worktree)?$/, 'HEAD'));
}

/**
 * Keys that hold or fetch credentials, run programs, or refer to files outside the checkout. Linked worktrees are not
 * sent, and git before 2.48 refuses a repository with their extension.
 */
const EXCLUDED_KEYS =
  /^(http\..*\.?extraheader|http\.extraheader|credential\..*|include\.path|includeif\..*|core\.(sshcommand|fsmonitor|hookspath|askpass)|extensions\.relativeworktrees)$/i;

/**
 * A git configuration without credentials: the header with a token that actions/checkout writes, credential helpers, and
 * user names and passwords in addresses. Git itself parses the file, so that no spelling hides a key.
 *
 * @param file - absolute path
 * @param others - further keys to leave out, in lower case but for the names of subsections
 * @returns the text of a configuration with the other entries
 */
export async function withoutCredentials(file: string, others = /^$/): Promise<string> {
  const entries = (await readConfig(file)).filter(
    ({ key, value = '' }) => !EXCLUDED_KEYS.test(key) && !others.test(key) && !isWorkTreeElsewhere(key, value),
  );
  return entries
    .map(({ key, value }) => formatEntry(withoutUsers(key), value === undefined ? undefined : withoutUsers(value)))
    .join('');
}

/** A path of this machine; git takes the directory with `.git` without it. Those of submodules are relative. */
function isWorkTreeElsewhere(key: string, value: string): boolean {
  return key === 'core.worktree' && path.isAbsolute(value);
}

/** Text without the users in web addresses and the passwords in any address; a password may contain `@`. */
function withoutUsers(text: string): string {
  return text
    .replaceAll(/(https?:\/\/)[^/\s]*@/gi, '$1')
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*):[^/\s]*@/gi, '$1@');
}

/** One entry as its own section, in git's format. Only the names of subsections may contain dots. */
function formatEntry(key: string, value: string | undefined): string {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')];
  const subsection = first === last ? '' : ` ${quoted(key.slice(first + 1, last))}`;
  const assignment = value === undefined ? '' : ` = ${quoted(value)}`;
  return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)}${assignment}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
