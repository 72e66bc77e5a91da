// What generated files are written from: the tables in the sources, not in dist/.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypescript } from '../import-typescript.mjs';

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
export const readSources = () => importTypescript(EXPORTS);
