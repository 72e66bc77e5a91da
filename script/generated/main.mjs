// Writes the files that repeat what tables in the sources say. script/generate describes it.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { actionFile } from './action.mjs';
import { architecturePage } from './architecture-page.mjs';
import { configSchema } from './config-schema.mjs';
import { compatibilityPage } from './compatibility-page.mjs';
import { optionsPage } from './options-page.mjs';
import { outputsPage } from './outputs-page.mjs';
import { readme } from './readme.mjs';
import { releaseWorkflow, releasingPage } from './release-workflow.mjs';
import { readSources, root } from './sources.mjs';
import { targetsPage } from './targets-page.mjs';

/** Path, what it is written from, and the function that gives its text, from the sources and the text that is there. */
const FILES = [
  ['action.yml', 'src/options/table.ts and src/stages/', actionFile],
  ['README.md', 'src/options/table.ts, src/stages/ and src/targets/', readme],
  ['docs/options.md', 'src/options/table.ts', optionsPage],
  ['docs/mix-release.schema.json', 'src/options/table.ts', configSchema],
  ['docs/outputs.md', 'src/stages/', outputsPage],
  ['.github/workflows/release.yml', 'src/options/table.ts', releaseWorkflow],
  ['docs/releasing.md', 'src/options/table.ts', releasingPage],
  ['docs/architecture.md', 'the list of stages in src/pipeline/build.ts', architecturePage],
  ['docs/targets.md', 'src/targets/', targetsPage],
  ['docs/compatibility.md', 'test/rig/images/list and the tables in src/', compatibilityPage],
];

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, root: { type: 'string', default: root } },
});
const sources = await readSources();
for (const [name, from, generate] of FILES) {
  try {
    const file = path.resolve(values.root, name);
    const current = await readFile(file, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const style = await prettier.resolveConfig(path.join(root, name));
    const expected = await prettier.format(await generate(sources, current), { ...style, filepath: file });
    if (current === expected) continue;
    if (values.check) throw new Error(`it is not what ${from} says: run script/generate`);
    await writeFile(file, expected);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
