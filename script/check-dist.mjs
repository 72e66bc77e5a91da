// Fails when dist/ is not what src/ builds, or when the oldest Node, which OLDEST_NODE names, builds other bytes than this
// one: then a contributor's dist/ would differ from what the check builds.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from './bundle.mjs';

const run = promisify(execFile);

/** Paths of the files below a directory, relative to it. */
async function filesOf(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

/** Names of the files that two directories do not both have with the same bytes. */
async function differing(one, other) {
  const names = new Set([...(await filesOf(one)), ...(await filesOf(other))]);
  const read = (directory, name) => readFile(path.join(directory, name)).catch(() => Buffer.alloc(0));
  const found = [];
  for (const name of names) {
    if (!(await read(one, name)).equals(await read(other, name))) found.push(name);
  }
  return found;
}

const oldest = process.env.OLDEST_NODE;
if (oldest === undefined) throw new Error('OLDEST_NODE names no Node to compare with: run script/test checks');
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Beside dist/, so that paths inside the bundles are the same.
const temporary = () => mkdtemp(path.join(root, '.dist-check-'));
const [rebuilt, byOldest] = [await temporary(), await temporary()];
try {
  await Promise.all([bundle(rebuilt), run(oldest, [path.join(root, 'script/bundle.mjs'), byOldest])]);
  const stale = await differing(path.join(root, 'dist'), rebuilt);
  if (stale.length > 0) {
    console.error(`dist/ is not what src/ builds (${stale.join(', ')}): run npm run build and commit dist/`);
    process.exitCode = 1;
  }
  const unsteady = await differing(rebuilt, byOldest);
  if (unsteady.length > 0) {
    console.error(`${oldest} does not build what Node ${process.version} builds: ${unsteady.join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  await rm(rebuilt, { recursive: true, force: true });
  await rm(byOldest, { recursive: true, force: true });
}
