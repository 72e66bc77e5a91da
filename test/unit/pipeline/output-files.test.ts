import { describe, expect, it } from '@jest/globals';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileKind } from '../../../src/package/file-kinds.js';
import { outputFiles, type OutputFiles } from '../../../src/pipeline/output-files.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, type Tree } from '../support/files.js';

const NEVER = new AbortController().signal;
const KINDS: readonly FileKind[] = ['tarball', 'checksum', 'facts', 'audit-report', 'directory'];

/** Files of two releases in the workbench, of which only the directory is one. */
async function filesIn(output: string, kinds = KINDS): Promise<OutputFiles> {
  const workbench = path.join(output, '.partial-x');
  await mkdir(workbench);
  const files = outputFiles(output, workbench, 'tar.gz');
  for (const release of ['web-1', 'api-1']) {
    for (const kind of kinds) {
      const { made } = files.add(files.file(kind, release));
      if (kind !== 'directory') await writeFile(made, `new ${kind} of ${release}`);
      else {
        await mkdir(made);
        await writeFile(path.join(made, 'new'), release);
      }
    }
  }
  return files;
}

/** What lies in a directory: names with contents. */
async function treeOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('.partial-'));
  const pairs = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    return [path.relative(directory, file), await readFile(file, 'utf8')] as const;
  });
  return Object.fromEntries((await Promise.all(pairs)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const OLD: Tree = {
  'web-1/old': 'old',
  'web-1.tar.gz': 'old',
  'web-1.tar.gz.sha256': 'old',
  'web-1.tar.zst': 'old, in the other format',
  'api-1.json': 'old',
  'other-1.tar.gz': 'of another release',
};
const NEW = {
  'api-1.audit.json': 'new audit-report of api-1',
  'api-1.json': 'new facts of api-1',
  'api-1.tar.gz': 'new tarball of api-1',
  'api-1.tar.gz.sha256': 'new checksum of api-1',
  'api-1/new': 'api-1',
  'other-1.tar.gz': 'of another release',
  'web-1.audit.json': 'new audit-report of web-1',
  'web-1.json': 'new facts of web-1',
  'web-1.tar.gz': 'new tarball of web-1',
  'web-1.tar.gz.sha256': 'new checksum of web-1',
  'web-1/new': 'web-1',
};

describe('outputFiles', () => {
  it('replace what an earlier build left of the same releases, in any format, and nothing else', async () => {
    const output = await directoryWith(OLD);
    await (await filesIn(output)).place(NEVER);
    expect(await treeOf(output)).toEqual(NEW);
  });

  it('have the files of a release in the order in which they are placed, and know which are uploaded', async () => {
    const files = await filesIn(await directoryWith());
    const kinds = files.of('web-1').map(({ kind, upload }) => [kind, upload]);
    expect(kinds).toEqual([
      ['directory', false],
      ['audit-report', false],
      ['facts', true],
      ['checksum', true],
      ['tarball', true],
    ]);
  });

  // A file that was added and never made cannot be moved.
  it.each(KINDS)(
    'leave everything as it was when a file of kind %s of the second release cannot be moved',
    async (kind) => {
      const output = await directoryWith(OLD);
      const files = await filesIn(
        output,
        KINDS.filter((each) => each !== kind),
      );
      const made = files.add(files.file(kind, 'web-1'));
      if (kind === 'directory') await mkdir(made.made);
      else await writeFile(made.made, 'new');
      files.add(files.file(kind, 'api-1'));
      const before = await treeOf(output);
      const error = await errorOf(() => files.place(NEVER));
      expect(error).toMatchObject({ code: 'output-not-writable' });
      expect(await treeOf(output)).toEqual(before);
    },
  );

  it.each(Array.from({ length: 11 }, (_, moves) => moves))(
    'leave everything as it was when the run is cancelled after %d looks at the signal',
    async (looks) => {
      const output = await directoryWith(OLD);
      const files = await filesIn(output);
      const before = await treeOf(output);
      await expect(files.place(signalAfter(looks))).rejects.toThrow('cancelled');
      expect(await treeOf(output)).toEqual(before);
    },
  );

  it('are placed when the cancel comes later', async () => {
    const output = await directoryWith(OLD);
    await (await filesIn(output)).place(signalAfter(11));
    expect(await treeOf(output)).toEqual(NEW);
  });
});

/** A signal that is given after it was looked at so many times. */
function signalAfter(looks: number): AbortSignal {
  const controller = new AbortController();
  let left = looks;
  return new Proxy(controller.signal, {
    get: (signal, name) => {
      if (name !== 'throwIfAborted') return Reflect.get(signal, name, signal) as unknown;
      return () => {
        if (left === 0) controller.abort(new Error('cancelled'));
        left -= 1;
        signal.throwIfAborted();
      };
    },
  });
}
