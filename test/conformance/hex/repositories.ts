import { createHash, generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { extract, create, t as list } from 'tar';
import { pipeline } from 'node:stream/promises';
import { docker } from '../../support/engine.js';

/** Package repositories on disk, as a static server hands them out. */
export interface Repositories {
  /** Holds `hexpm` and `acme`. */
  readonly directory: string;
  /** The public key of both, as PEM. */
  readonly publicKey: string;
  /** A public key that signed nothing. */
  readonly otherKey: string;
  /** The line of mix.lock for a package, of `hexpm` unless another is named. */
  lockLine(name: string, version: string, managers: readonly string[], repository?: 'hexpm' | 'acme'): Promise<string>;
}

const pemPair = (): { readonly publicKey: string; readonly privateKey: string } =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

/**
 * Makes the repositories by Hex itself, in a container.
 *
 * @param image - one with Elixir and Hex
 * @param sources - directory of `make.sh` and `packages`
 */
export async function makeRepositories(image: string, sources: string, directory: string): Promise<Repositories> {
  const { publicKey, privateKey } = pemPair();
  await mkdir(directory, { recursive: true });
  await cp(sources, path.join(directory, 'in'), { recursive: true });
  await writeFile(path.join(directory, 'in/key.pem'), privateKey);

  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['sh', '/work/make.sh'],
    Cmd: [],
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const archive = create({ cwd: path.join(directory, 'in'), prefix: 'work', portable: true }, ['.']);
    await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) {
      const log = await container.logs({ stdout: true, stderr: true });
      throw new Error(`the package repositories could not be made: ${log.toString()}`);
    }
    for (const name of ['hexpm', 'acme']) {
      await pipeline(await container.getArchive({ path: `/work/${name}` }), extract({ cwd: directory }));
    }
  } finally {
    await container.remove({ force: true });
  }

  return {
    directory,
    publicKey,
    otherKey: pemPair().publicKey,
    async lockLine(name, version, managers, repository = 'hexpm') {
      const file = path.join(directory, repository, 'tarballs', `${name}-${version}.tar`);
      const outer = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      const inner = (await checksumIn(file)).trim().toLowerCase();
      const tools = managers.map((manager) => `:${manager}`).join(', ');
      return `  "${name}": {:hex, :${name}, "${version}", "${inner}", [${tools}], [], "${repository}", "${outer}"},`;
    },
  };
}

/** The content of the member CHECKSUM of a package. */
async function checksumIn(file: string): Promise<string> {
  let found = Promise.resolve('');
  await list({
    file,
    onReadEntry: (entry) => {
      if (entry.path === 'CHECKSUM') found = text(entry);
    },
  });
  return found;
}
