import { readFile } from 'node:fs/promises';
import { onDisk } from '../path-bytes.js';
import { hasReachableTag } from './git.js';

/** The way out of a history that was cut off. */
const COMPLETE = 'give actions/checkout fetch-depth: 0, or run git fetch --unshallow --tags';

/** What git prints where it finds no tag to describe a commit by. */
const NO_TAG = /fatal: No (?:names found|tags can describe)|fatal: cannot describe|No names found, cannot describe/;

/** What is known of the history that the builder's git sees. */
export interface History {
  /** Whether the copy has a `.git`. */
  readonly sent: boolean;
  /** Whether it is cut off, as `actions/checkout` does without `fetch-depth: 0`. */
  readonly shallow: boolean;
}

/**
 * Notes on a history that gives other versions than a complete one. Whether anything takes its version from git is read
 * from the text of what runs in the builder: most projects do not, and are told nothing.
 *
 * @param files - absolute: `mix.exs` and scripts
 * @param texts - commands
 */
export async function historyNotes(
  checkout: string,
  { sent, shallow }: History,
  files: readonly string[],
  texts: readonly string[],
): Promise<readonly string[]> {
  if (sent && !shallow) return [];
  const read = files.map((file) => readFile(onDisk(file), 'utf8').catch(() => ''));
  const text = withoutComments([...texts, ...(await Promise.all(read))].join('\n'));
  if (!/\bgit\b/.test(text) || !/\b(?:describe|rev-list|rev-parse|shortlog|git log)\b|"log"/.test(text)) return [];
  if (!sent) {
    return [
      'mix.exs or a hook asks git, which finds no repository in the builder: .git has to lie in the root of the checkout, and exclude must not name it',
    ];
  }
  const counts = /\brev-list\b|\bshortlog\b/.test(text);
  const describes = /\bdescribe\b/.test(text) && !(await hasReachableTag(checkout).catch(() => true));
  if (describes) return [`the checkout is shallow, and git describe finds no tag in it: ${COMPLETE}`];
  return counts ? [`the checkout is shallow, and its commits are counted: ${COMPLETE}`] : [];
}

/** Text of Elixir or of a shell without its comments; what else begins with a space and `#` goes, too. */
export function withoutComments(text: string): string {
  return text.replaceAll(/(?:^|\s)#(?!\{).*$/gm, '');
}

/** What to do where git found no tag in a history that is cut off; '' where that is not the cause. */
export function historyAdvice(output: readonly string[], shallow: boolean): string {
  if (!shallow || !output.some((line) => NO_TAG.test(line))) return '';
  return `The checkout is shallow, and git found no tag in it: ${COMPLETE}.`;
}
