// Fails when dist/ is not what src/ builds.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

/** Paths of the files below a directory, relative to it. */
async function filesOf(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const committed = path.join(root, 'dist');
// Beside dist/, so that paths inside the bundles are the same.
const rebuilt = await mkdtemp(path.join(root, '.dist-check-'));
try {
  await bundle(rebuilt);
  const names = new Set([...(await filesOf(committed)), ...(await filesOf(rebuilt))]);
  const read = (directory, name) => readFile(path.join(directory, name)).catch(() => Buffer.alloc(0));
  const differing = [];
  for (const name of names) {
    if (!(await read(committed, name)).equals(await read(rebuilt, name))) differing.push(name);
  }
  if (differing.length > 0) {
    console.error(`dist/ is not what src/ builds (${differing.join(', ')}): run npm run build and commit dist/`);
    process.exitCode = 1;
  }
} finally {
  await rm(rebuilt, { recursive: true, force: true });
}
