import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packFiles } from '../../src/archive/files.js';
import { consumeProgress } from '../../src/engine/progress.js';
import { ROOT } from './cli.js';
import { docker } from './engine.js';

const DOCKERFILE = readFileSync(path.join(ROOT, 'test/rig/images/bare-gnu.Dockerfile'), 'utf8');

/**
 * A runtime image with glibc, busybox, and packages of a suite with all that they depend on; nothing else. Made once.
 *
 * @param suite - such as `trixie`; its image must be there
 */
export async function bareRuntime(suite: string, packages: readonly string[]): Promise<string> {
  const buildargs = { BASE: `debian:${suite}-slim`, PACKAGES: packages.join(' ') };
  const hash = createHash('sha256')
    .update(JSON.stringify([DOCKERFILE, buildargs]))
    .digest('hex')
    .slice(0, 16);
  const tag = `mix-release-test/bare-${suite}:${hash}`;
  const present = await docker.listImages({ filters: { reference: [tag] } });
  if (present.length > 0) return tag;
  const context = packFiles([{ path: 'Dockerfile', text: DOCKERFILE }]);
  await consumeProgress(await docker.buildImage(context, { t: tag, buildargs, version: '1', rm: true, forcerm: true }));
  return tag;
}

/** What a shell script prints in a fresh container with a network. @throws when it fails */
export async function outputOf(image: string, script: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [],
    Cmd: ['sh', '-ec', script],
    Tty: true,
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    let output = '';
    for await (const chunk of stream) output += (chunk as Buffer).toString();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`the script in ${image} ended with ${String(StatusCode)}:\n${output}`);
    return output.replaceAll('\r\n', '\n');
  } finally {
    await container.remove({ force: true });
  }
}
