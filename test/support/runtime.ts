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
