import path from 'node:path';
import { SOURCES } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import { directoriesAbove, relativeInside } from '../../paths.js';
import { readContents, wholeOf, type SourceEntry } from '../../sources/contents.js';
import { isShallow, readGitInfo } from '../../sources/git.js';
import { readExclusion } from '../../sources/exclude.js';
import { historyNotes } from '../../sources/history.js';
import { listSources, type SourceList } from '../../sources/list.js';
import { inputsOf } from '../cache/key.js';

/** The sources of a build, found and not yet sent. */
export interface FoundSources extends SourceList {
  /** What the sources are, by path. */
  readonly entries: ReadonlyMap<string, SourceEntry>;
  /** A hash of all of them: see `wholeOf`. */
  readonly whole: string;
  /** The project's directory in the container. */
  readonly cwd: string;
  /** The time of the commit that they are of; undefined where git gives none. */
  readonly commitTime: Date | undefined;
  /** Why git gives nothing, for the log; undefined where it does. */
  readonly noGit: string | undefined;
  /** Whether the history was cut off: what git says of versions may be wrong. */
  readonly shallow: boolean;
  /** A hash of what compiled code can depend on: see `inputsOf`. */
  readonly inputs: string;
}

/** Sources that are being found while other stages run. */
export interface Finding {
  readonly finding: Promise<FoundSources>;
}

/** The directory of the repository that a project is part of, in the copy; undefined where none is sent. */
function repositoryOf(paths: readonly string[], project: string): string | undefined {
  const repositories = new Set(paths.filter((name) => name === '.git' || name.endsWith('/.git')));
  const above = [project, ...directoriesAbove(project).toReversed(), ''];
  return above.find((directory) => repositories.has(path.posix.join(directory, '.git')));
}

function wideNotes({ checkout, wideReason }: BuildRequest): readonly string[] {
  return wideReason === undefined ? [] : [`the checkout is the whole repository ${checkout}: ${wideReason}`];
}

/**
 * Finds the sources of a checkout, and reads them.
 *
 * @throws MixReleaseError `sources-unreadable`
 */
export async function findSources(request: BuildRequest): Promise<FoundSources> {
  const { checkout, project, output, target, beforeBuild, beforeRelease } = request;
  const git = await readGitInfo(checkout);
  const list = await listSources({
    checkout,
    project,
    output,
    git: 'reason' in git ? undefined : git,
    exclude: readExclusion(request.exclude),
    machine: target,
  });
  // Workflows may check out several repositories side by side, and no one around them.
  const repository = repositoryOf(list.paths, relativeInside(checkout, project) ?? '');
  const own = 'reason' in git && repository !== undefined ? await readGitInfo(path.join(checkout, repository)) : git;
  const inputs = await inputsOf(request, list.paths);
  const history = {
    sent: repository !== undefined,
    shallow: repository !== undefined && (await isShallow(project).catch(() => false)),
  };
  const hooks = [beforeBuild, beforeRelease].filter((hook) => hook !== undefined);
  const files = [path.join(project, 'mix.exs'), ...hooks.flatMap(({ file }) => file ?? [])];
  const texts = hooks.flatMap(({ text }) => text ?? []);
  const notes = await historyNotes(project, history, files, texts);
  const entries = await readContents(checkout, list);
  return {
    ...list,
    entries,
    whole: wholeOf(entries),
    notes: [...wideNotes(request), ...list.notes, ...notes],
    commitTime: 'reason' in own ? undefined : own.commitTime,
    noGit: 'reason' in own ? own.reason : undefined,
    shallow: history.shallow,
    inputs,
    cwd: path.posix.join(SOURCES, relativeInside(checkout, project) ?? ''),
  };
}
