import { git } from './git-command.js';

/** A ref of a repository. */
export interface Ref {
  /** Such as `refs/tags/v1.0.0`. */
  readonly ref: string;
  readonly object: string;
  /** The ref that a symbolic one stands for. */
  readonly to: string | undefined;
}

/** All refs, sorted by their bytes. */
export async function refsOf(root: string): Promise<readonly Ref[]> {
  const output = await git(root, ['for-each-ref', '--format=%(objectname) %(symref) %(refname)']);
  return linesOf(output).map((line) => {
    const [object = '', to = '', ref = ''] = line.split(' ');
    return { ref, object, to: to === '' ? undefined : to };
  });
}

/** What a file `HEAD` says: `ref: refs/heads/main`, or a commit. */
export async function headOf(root: string): Promise<string> {
  const symbolic = await git(root, ['symbolic-ref', '-q', 'HEAD']).catch(() => []);
  const [ref] = linesOf(symbolic);
  if (ref !== undefined) return `ref: ${ref}`;
  return linesOf(await git(root, ['rev-parse', '--verify', 'HEAD']))[0] ?? '';
}

function linesOf(output: readonly string[]): readonly string[] {
  return output
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}
