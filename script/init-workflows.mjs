// init-workflows.mjs DIRECTORY  Writes what `mix-release init` writes for the projects of its tests, to be checked as the
// workflows of this repository are.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Below the project, where its packages are found.
const outfile = path.join(root, '.cache', `init-workflows-${String(process.pid)}.mjs`);
await build({
  absWorkingDir: root,
  entryPoints: ['test/support/init-projects.ts'],
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
  const { writeInitWorkflows } = await import(pathToFileURL(outfile).href);
  await writeInitWorkflows(path.resolve(process.argv[2]));
} finally {
  await rm(outfile);
}
