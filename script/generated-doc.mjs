// Pages of docs/ that are written from tables in the sources.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import prettier from 'prettier';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What TypeScript sources export, given the lines that export it again; from the sources, not from dist/. */
export async function exportsOf(lines) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: lines, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

export const code = (text) => `\`${text}\``;

export function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

/**
 * Writes a page below docs/, or with `--check` among the arguments fails when it is not what the tables say. A path
 * among the arguments names another file.
 *
 * @param name of the page
 * @param text of it, in Markdown, before prettier
 * @param from what it is written from, and `mend`, the command that writes it
 */
export async function writePage(name, text, { from, mend }) {
  const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
  const file = path.resolve(positionals[0] ?? path.join(root, 'docs', name));
  const style = await prettier.resolveConfig(path.join(root, 'docs', name));
  const expected = await prettier.format(text, { ...style, filepath: file, parser: 'markdown' });
  if (!values.check) {
    await writeFile(file, expected);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== expected) {
    console.error(`${path.relative(process.cwd(), file)} is not what ${from} says: run ${mend}`);
    process.exitCode = 1;
  }
}
