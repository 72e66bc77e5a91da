// Makes dist/ what src/ builds. Tests and suites that run dist/ call it first: an old one would be tested in place of src/.
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.dirname(import.meta.dirname);

/** What the files below a directory hold, by their paths in it; nothing for a directory that is not there. */
async function contentsOf(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [path.relative(directory, file), await readFile(file, 'base64')])),
  );
}

/** Makes dist/ what src/ builds, and says so where it was not. A bundle that is up to date is not touched. */
export async function refreshDist() {
  const dist = path.join(root, 'dist');
  // Beside dist/, so that paths inside the bundles are the same.
  const built = await mkdtemp(path.join(root, '.dist-check-'));
  try {
    await bundle(built);
    const [before, after] = [await contentsOf(dist), await contentsOf(built)];
    if (before.size === after.size && [...after].every(([name, text]) => before.get(name) === text)) return;
    await rm(dist, { recursive: true, force: true });
    await rename(built, dist);
    process.stderr.write('dist/ was not what src/ builds, and was built again\n');
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

// Jest calls the default export of a global set-up.
export { refreshDist as default };

if (process.argv[1] === fileURLToPath(import.meta.url)) await refreshDist();
