import path from 'node:path';
import { collectAssets } from '../distribution/assets.js';
import { isPlainAddress } from '../distribution/install-script.js';
import { MixReleaseError } from '../errors.js';
import type { Invocation } from './program.js';

/** Creates the download files of a release, and prints their paths, one per line, or with `--json` one object. */
export async function indexCommand(invocation: Extract<Invocation, { command: 'index' }>): Promise<void> {
  const { baseUrl, commit, json } = invocation;
  const directories = invocation.directories.map((directory) => path.resolve(directory));
  const output = path.resolve(invocation.output ?? directories[0] ?? '.');
  if (baseUrl !== undefined && !isPlainAddress(baseUrl)) {
    throw new MixReleaseError('bad-option', {
      what: `--base-url is '${baseUrl}', which is not an http or https address`,
      next: 'Set it to the address of the directory with the files, such as https://example.com/downloads/1.0.0.',
    });
  }
  if (commit !== undefined && !/^[0-9a-f]{7,64}$/.test(commit)) {
    throw new MixReleaseError('bad-option', {
      what: `--commit is '${commit}', which is not a commit hash`,
      next: 'Use the hexadecimal digits that git rev-parse HEAD prints.',
    });
  }
  const { index, files } = await collectAssets({ directories, output, baseUrl: baseUrl?.replace(/\/+$/, ''), commit });
  const lines = json ? [JSON.stringify({ index, files })] : files;
  process.stdout.write(`${lines.join('\n')}\n`);
}
