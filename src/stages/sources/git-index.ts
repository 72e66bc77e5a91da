import path from 'node:path';
import { packFiles } from '../../archive/files.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { HOME, RECORD, SOURCES } from '../../builder/layout.js';
import type { RunningContainer } from '../../engine/container.js';
import { patternFor } from '../../sources/exclude.js';
import type { RepositoryIndex } from '../../sources/skipped.js';

/** For each repository: its directory, and the file with the paths that git passes over, or `-`. */
const SETTLE = `
command -v git >/dev/null || exit 0
while [ $# -gt 0 ]; do
  if [ "$2" != - ]; then git -C "$1" update-index -z --skip-worktree --stdin <"$2" || exit; fi
  git -C "$1" -c core.fsmonitor=false update-index -q --refresh >/dev/null || :
  shift 2
done
`;

/**
 * Lets git in the builder pass over what earlier compilations wrote: where the project's `mix.exs` asks whether anything
 * is changed, a clean build has none of it.
 *
 * @param outputs - relative to the checkout
 */
export async function ignoreOutputs(container: RunningContainer, outputs: readonly string[]): Promise<void> {
  if (outputs.length === 0) return;
  const text = outputs.map((name) => `${patternFor(name)}\n`).join('');
  await container.put(packFiles([{ path: 'passed-over', text }]), RECORD);
  // Of the builder's user, as a hook may have more to write there; the next build removes it.
  const settings = `[core]\n\texcludesFile = ${path.posix.join(RECORD, 'passed-over')}\n`;
  const owner = { uid: BUILDER_UID, gid: BUILDER_UID };
  await container.put(packFiles([{ path: '.gitconfig', text: settings, ...owner }]), HOME);
}

/**
 * Makes the indexes of the repositories in the container fit the files there: git passes over tracked files that were
 * not sent, and knows the others by their new times. Otherwise `git diff-index --quiet HEAD` finds all of them changed,
 * and versions that a `mix.exs` takes from git end in `-dirty`. Submodules come before what they are part of.
 *
 * @returns what a person should know where git could not
 */
export async function settleIndexes(
  container: RunningContainer,
  indexes: readonly RepositoryIndex[],
): Promise<readonly string[]> {
  if (indexes.length === 0) return [];
  const inner = [...indexes].sort((a, b) => b.directory.length - a.directory.length);
  const file = (at: number): string => `skip-${String(at)}`;
  const lists = inner.flatMap(({ skip }, at) =>
    skip.length === 0 ? [] : [{ path: file(at), text: skip.map((name) => `${name}\0`).join('') }],
  );
  if (lists.length > 0) await container.put(packFiles(lists), RECORD);
  const argv = inner.flatMap(({ directory, skip }, at) => [
    path.posix.join(SOURCES, directory),
    skip.length === 0 ? '-' : path.posix.join(RECORD, file(at)),
  ]);
  const printed: string[] = [];
  const command = { title: "git's index", argv: ['sh', '-c', SETTLE, 'sh', ...argv] };
  const status = await container.run(command, (line) => printed.push(line));
  if (status === 0) return [];
  return [`git could not be prepared in the builder, and may call the checkout changed: ${printed.join(' ')}`];
}
