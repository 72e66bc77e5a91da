import path from 'node:path';
import { readGitInfo } from '../../../src/sources/git.js';
import { listSources, type SourceList } from '../../../src/sources/list.js';

/** Where the project and the output are in a checkout; by default the first is its root. */
export interface Where {
  readonly project?: string;
  readonly output?: string;
}

/** The sources of a checkout, with what git says about it. */
export async function listOf(checkout: string, { project = '', output }: Where = {}): Promise<SourceList> {
  const git = await readGitInfo(checkout);
  return listSources({
    checkout,
    project: path.join(checkout, project),
    output: output === undefined ? path.join(checkout, project, '_build/mix-release') : path.join(checkout, output),
    git: 'reason' in git ? undefined : git,
  });
}
