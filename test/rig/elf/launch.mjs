// Runs a TypeScript file of this directory, which Node.js alone cannot: the product's modules name each other as the
// bundler and Jest know them.
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs `main(args)` of a file; its result is the exit status. */
export async function launch(name, args) {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-elf-'));
  try {
    const outfile = path.join(directory, 'program.mjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, name)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      sourcemap: 'inline',
      logLevel: 'warning',
    });
    const { main } = await import(pathToFileURL(outfile).href);
    process.exitCode = await main(args);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
