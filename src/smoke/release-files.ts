import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What the files of a release tell before it is run. */
export interface ReleaseFiles {
  /** Its version of the Erlang runtime, such as `15.2.7`; undefined where it has none. */
  readonly erts: string | undefined;
  /** Whether `bin/NAME` is there: a release for Windows alone has no such program. */
  readonly script: boolean;
  /** Whether `releases/COOKIE` is there: a step of the project's may have removed it. */
  readonly cookie: boolean;
}

/** @param directory - the unpacked release */
export async function releaseFiles(directory: string, name: string): Promise<ReleaseFiles> {
  const isFile = async (file: string): Promise<boolean> => {
    const found = await stat(path.join(directory, file)).catch(() => undefined);
    return found?.isFile() ?? false;
  };
  const erts = (await readdir(directory)).find((entry) => entry.startsWith('erts-'));
  return {
    erts: erts?.slice('erts-'.length),
    script: await isFile(`bin/${name}`),
    cookie: await isFile('releases/COOKIE'),
  };
}
