import { readConfig } from './git.js';

/** Whether a path of the sources is a configuration of git: the checkout's, or a submodule's beside its HEAD. */
export function isGitConfig(path: string, all: ReadonlySet<string>): boolean {
  if (!/(^|\/)\.git\/(modules\/.+\/)?config(\.worktree)?$/.test(path)) return false;
  return all.has(path.replace(/config(\.worktree)?$/, 'HEAD'));
}

/** What lets a reader of a configuration act as somebody, or points out of the checkout. */
const LEFT_OUT =
  /^(http\..*\.?extraheader|http\.extraheader|credential\..*|include\.path|includeif\..*|core\.(sshcommand|fsmonitor|hookspath|askpass))$/i;

/**
 * A configuration of git without what lets its reader act as somebody: the header with a token that actions/checkout
 * leaves there, helpers, and user names and passwords in addresses. Git itself reads it, so that no spelling hides one.
 *
 * @param file - absolute path
 * @returns the text of an equal configuration otherwise
 */
export async function withoutCredentials(file: string): Promise<string> {
  const entries = (await readConfig(file)).filter(({ key }) => !LEFT_OUT.test(key));
  return entries
    .map(({ key, value }) => written(anonymous(key), value === undefined ? undefined : anonymous(value)))
    .join('');
}

/** Text without the users of web addresses and without any password; a password may itself hold `@`. */
function anonymous(text: string): string {
  return text
    .replaceAll(/(https?:\/\/)[^/\s]*@/gi, '$1')
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*):[^/\s]*@/gi, '$1@');
}

/** One entry as a section of its own, in git's format. Names of keys hold no dot; those of subsections may. */
function written(key: string, value: string | undefined): string {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')];
  const subsection = first === last ? '' : ` ${quoted(key.slice(first + 1, last))}`;
  const assignment = value === undefined ? '' : ` = ${quoted(value)}`;
  return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)}${assignment}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
