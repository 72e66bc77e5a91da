import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import { error } from './finding.js';

/** Native code in applications of a cross-assembled release that were not compiled for its target. */
export function crossedFindings(code: readonly CodeFile[], { compiledFor, target }: Policy): readonly Finding[] {
  if (compiledFor === undefined) return [];
  return code.flatMap(({ path }) => {
    const [, application] = /^lib\/(.+?)-[^/]*\//.exec(path) ?? [];
    if (application === undefined || compiledFor.has(application)) return [];
    return [
      error(
        'not-compiled-for-target',
        path,
        `it is native code of ${application}, which was not compiled for ${target.triple}`,
        'Have the build of that application make it, or build this target with method: emulate, or on a machine of its architecture.',
      ),
    ];
  });
}
