// Imports modules of TypeScript, those of src/ and of the tests, with what they bundle as text.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The exports of a module whose text is given; paths in it are relative to the root. */
export async function importTypescript(contents) {
  // Below the project, where its packages are found.
  const outfile = path.join(root, '.cache', `imported-${String(process.pid)}.mjs`);
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    loader: { '.ex': 'text', '.Dockerfile': 'text', '.sh': 'text' },
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}
