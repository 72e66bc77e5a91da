// script/prose/check.mjs [FILE...]  Checks the prose of the pages, by textlint: words that they do not use (words.mjs), and
// sentences that are too long, too passive or stand on their head (rules.mjs). Without files, all pages.
import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { prose } from './rules.mjs';

function pages() {
  const tracked = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).split('\n');
  return tracked.filter((page) => /^(?:[A-Z]+|docs\/[\w-]+|examples\/[\w-]+\/README)\.md$/.test(page));
}

const plugin = markdown.default ?? markdown;
const kernel = new TextlintKernel();
const files = process.argv.length > 2 ? process.argv.slice(2) : pages();
let count = 0;
for (const file of files) {
  const { messages } = await kernel.lintText(await readFile(file, 'utf8'), {
    filePath: file,
    ext: '.md',
    plugins: [{ pluginId: 'markdown', plugin }],
    rules: [{ ruleId: 'prose', rule: prose }],
  });
  for (const { loc, message } of messages) {
    console.log(`${file}:${String(loc.start.line)}:${String(loc.start.column)} ${message}`);
  }
  count += messages.length;
}
console.log(`${String(files.length)} pages, ${String(count)} faults`);
process.exitCode = count === 0 ? 0 : 1;
