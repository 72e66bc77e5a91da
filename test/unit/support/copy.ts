import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunningContainer } from '../../../src/engine/container.js';
import { readRequest } from '../../../src/options/request.js';
import type { RawOptions } from '../../../src/options/table.js';
import { packSources } from '../../../src/sources/pack.js';
import { findSources, type FoundSources } from '../../../src/stages/sources/find.js';
import { settleIndexes } from '../../../src/stages/sources/git-index.js';
import { stubContainer } from './container.js';
import { directoryWith } from './files.js';
import { saved, tar } from './tar.js';

/** What a builder gets of a checkout. */
export interface Copy {
  /** The copy of the checkout, unpacked here. */
  readonly files: string;
  readonly found: FoundSources;
  readonly notes: readonly string[];
}

/** Finds the sources of a checkout, and unpacks them in a directory that stands in for a container. */
export async function copyOf(checkout: string, options: RawOptions = {}): Promise<Copy> {
  const root = await directoryWith({ 'build/src': { directory: true } });
  const container: RunningContainer = {
    ...stubContainer({}),
    put: async (archive, place) => {
      const to = path.join(root, place);
      await mkdir(to, { recursive: true });
      await tar('--extract', '--no-same-owner', '--file', await saved(archive), '--directory', to);
    },
    run: ({ argv: [program = '', ...args] }) => {
      execFileSync(
        program,
        args.map((each) => each.replace(/^\/build\//, `${root}/build/`)),
      );
      return Promise.resolve(0);
    },
  };
  const request = await readRequest(
    { target: 'x86_64-unknown-linux-gnu', ...options },
    { checkout, cwd: checkout, env: {} },
  );
  const found = await findSources(request);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await container.put(packSources({ checkout, ...found, owner, mtime: new Date() }), '/build/src');
  const notes = [...found.notes, ...(await settleIndexes(container, found.indexes))];
  return { files: path.join(root, 'build/src'), found, notes };
}
