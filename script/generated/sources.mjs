// What generated files are written from: the tables in the sources, not in dist/.
import { build } from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

const EXPORTS = `
export { targetsText } from './src/cli/targets-command.ts';
export { GROUPS } from './src/options/option.ts';
export { descriptionOf, valuesOf } from './src/options/describe.ts';
export { OPTIONS } from './src/options/table.ts';
export { parseTag } from './src/registry/hexpm-tags.ts';
export { findSystemRelease, systemsWithin } from './src/targets/systems.ts';
export { TARGETS } from './src/targets/table.ts';
export { ELIXIR_OTP } from './src/versions/compat.ts';
export { PLATFORMS } from './test/conformance/platforms.ts';
`;

/** The exports above, each under its name. */
export async function readSources() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: EXPORTS, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
  });
  const text = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${text}`);
}
