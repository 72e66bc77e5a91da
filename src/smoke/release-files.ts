import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Facts from the files of a release. */
export interface ReleaseFiles {
  /** Its ERTS version, such as `15.2.7`; undefined for a release without ERTS. */
  readonly erts: string | undefined;
  /** Whether it has `bin/NAME`: a release only for Windows does not. */
  readonly script: boolean;
  /** Whether it has `releases/COOKIE`: a step of the project may have removed it. */
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
