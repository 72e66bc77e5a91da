// What generated files are written from: the tables in the sources, not in dist/.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

const EXPORTS = `
export { outputTable } from './src/action/outputs.ts';
export { targetsText } from './src/cli/targets-command.ts';
export { GROUPS } from './src/options/option.ts';
export { descriptionOf, valuesOf } from './src/options/describe.ts';
export { TARGETS_KEY, fileForms } from './src/options/file/forms.ts';
export { OPTIONS } from './src/options/table.ts';
export { BUILD } from './src/pipeline/build.ts';
export { parseTag } from './src/registry/hexpm-tags.ts';
export { findSystemRelease, systemsWithin, SYSTEM_RELEASES } from './src/targets/systems.ts';
export { TARGETS } from './src/targets/table.ts';
export { ELIXIR_OTP } from './src/versions/compat.ts';
export { PLATFORMS } from './test/conformance/platforms.ts';
`;

/** The exports above, each under its name. */
export async function readSources() {
  // Below the project, where its packages are found.
  const outfile = path.join(root, '.cache', `generated-${String(process.pid)}.mjs`);
  await build({
    absWorkingDir: root,
    stdin: { contents: EXPORTS, resolveDir: root, loader: 'ts' },
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
