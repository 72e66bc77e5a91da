import path from 'node:path';
import { collectAssets } from '../distribution/assets.js';
import { isPlainAddress } from '../distribution/install-script.js';
import { MixReleaseError } from '../errors.js';
import type { Invocation } from './program.js';

/** Makes the files of one release for people to download, and prints their paths, one a line, or with `--json` one object. */
export async function indexCommand(invocation: Extract<Invocation, { command: 'index' }>): Promise<void> {
  const { baseUrl, commit, json } = invocation;
  const directories = invocation.directories.map((directory) => path.resolve(directory));
  const output = path.resolve(invocation.output ?? directories[0] ?? '.');
  if (baseUrl !== undefined && !isPlainAddress(baseUrl)) {
    throw new MixReleaseError('bad-option', {
      what: `--base-url is '${baseUrl}', and that is no address of http or https`,
      next: 'Give the address that the files will be below, such as https://example.com/downloads/1.0.0.',
    });
  }
  if (commit !== undefined && !/^[0-9a-f]{7,64}$/.test(commit)) {
    throw new MixReleaseError('bad-option', {
      what: `--commit is '${commit}', and that is no commit`,
      next: 'Give its hexadecimal digits, as git rev-parse HEAD prints them.',
    });
  }
  const { index, files } = await collectAssets({ directories, output, baseUrl: baseUrl?.replace(/\/+$/, ''), commit });
  const lines = json ? [JSON.stringify({ index, files })] : files;
  process.stdout.write(`${lines.join('\n')}\n`);
}
