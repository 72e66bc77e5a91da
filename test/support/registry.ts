import { execFile } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './cli.js';
import { docker } from './engine.js';

const run = promisify(execFile);
const SCRIPT = path.join(ROOT, 'test/rig/registry.sh');

/** Debian's docker-registry on loopback, for one scope. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Puts an image of the engine into it under another name, and takes that name from the engine again. */
  push(image: string, name: string): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
  const host = (await run(SCRIPT, ['start'])).stdout.trim();
  return {
    host,
    async push(image, name) {
      const [repository = '', tag = 'latest'] = name.split(':');
      const repo = `${host}/${repository}`;
      await docker.getImage(image).tag({ repo, tag });
      const progress = await buffer(await docker.getImage(`${repo}:${tag}`).push({ authconfig: {} }));
      await docker.getImage(`${repo}:${tag}`).remove();
      if (progress.includes('"error"')) throw new Error(`push of ${repo}:${tag} failed: ${progress.toString()}`);
    },
    [Symbol.asyncDispose]: async () => {
      for (const { RepoTags } of await docker.listImages({
        filters: { reference: [`${host}/*/*`, `${host}/*/*/*`] },
      })) {
        for (const name of RepoTags ?? [])
          if (name.startsWith(host)) await docker.getImage(name).remove({ force: true });
      }
      await run(SCRIPT, ['stop']);
    },
  };
}
