// Writes the table of modules in docs/architecture.md from script/modules.mjs. `--check` fails when it is another one.
// A path after it names another file than docs/architecture.md.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { code, root, table } from './generated-doc.mjs';
import { BELOW, MODULES } from './modules.mjs';

const MEND = 'node script/modules-doc.mjs';
const BEGIN = `<!-- modules: begin (written by \`${MEND}\`) -->\n`;
const END = '<!-- modules: end -->';

function known(names) {
  if (names.length === 0) return 'Nothing';
  const all = BELOW.every((name) => names.includes(name));
  const named = names
    .filter((name) => !all || !BELOW.includes(name))
    .map((name) => code(MODULES.some((module) => module.name === name) ? `${name}/` : name));
  return [...named, ...(all ? ['everything below `options/`'] : [])].join(', ');
}

/** The page with the table as it has to be. */
function withTable(page) {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) throw new Error(`there is no ${BEGIN.trim()} with an end`);
  const rows = MODULES.map(({ name, holds, knows }) => [code(`${name}/`), holds, known(knows)]);
  return `${before}${BEGIN}\n${table(['Module', 'What it holds', 'What it may know'], rows)}\n\n${END}${after}`;
}

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const file = path.resolve(positionals[0] ?? path.join(root, 'docs/architecture.md'));
const page = await readFile(file, 'utf8');
const style = await prettier.resolveConfig(path.join(root, 'docs/architecture.md'));
const expected = await prettier.format(withTable(page), { ...style, filepath: file, parser: 'markdown' });
if (!values.check) {
  await writeFile(file, expected);
} else if (page !== expected) {
  console.error(`${path.relative(process.cwd(), file)} is not what script/modules.mjs says: run ${MEND}`);
  process.exitCode = 1;
}
