// bundle.mjs [DIRECTORY]  Bundles src/ into dist/, or into another directory: a module each for the action's main and post steps, for the matrix, and for the command line, and
// chunks with what they share or load late.
import { build } from 'esbuild';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtins, isFile } from './builtins.mjs';
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
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    loader: { '.ex': 'text', '.Dockerfile': 'text', '.sh': 'text', '.node': 'empty' },
    // What dependencies can use, and nothing here asks them to.
    external: ['cpu-features', 'xmlbuilder2'],
    plugins: [builtins],
    // What CommonJS dependencies take for granted.
    define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
  });
  await writeFile(
    path.join(outdir, 'licenses.txt'),
    await licencesOf(Object.keys(metafile.inputs).filter(isFile), root),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundle(path.resolve(process.argv[2] ?? path.join(root, 'dist')));
