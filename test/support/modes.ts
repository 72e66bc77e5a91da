import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The modes of the files in a directory of a tarball, by name, as the `tar` command lists them: `-rw-r--r--`. */
export async function modesIn(tarball: string, directory: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await run('tar', ['--list', '--verbose', '--file', tarball]);
  const entries = stdout.split('\n').flatMap((line) => {
    const [mode = '', name = ''] = [line.split(' ')[0], line.split(' ').at(-1)];
    return name.startsWith(`${directory}/`) && !name.endsWith('/') ? [[name.slice(directory.length + 1), mode]] : [];
  });
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}
