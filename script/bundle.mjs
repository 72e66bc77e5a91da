// Bundles src/ into dist/: one CommonJS file each for the action's main and post steps, for the matrix, and for the command line.
import { build } from 'esbuild';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { licencesOf } from './licences.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Writes the bundles and the licences of what they hold to a directory. */
export async function bundle(outdir) {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/action/main.ts',
      post: 'src/action/post.ts',
      matrix: 'src/action/matrix.ts',
      cli: 'src/cli/cli.ts',
    },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    loader: { '.ex': 'text', '.Dockerfile': 'text', '.sh': 'text', '.node': 'empty' },
    external: ['cpu-features'],
    // ESM dependencies that ask where they are (`import.meta.url`) get the bundle's own place.
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  await writeFile(path.join(outdir, 'licenses.txt'), await licencesOf(Object.keys(metafile.inputs), root));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(path.join(root, 'dist'));
