// Writes the workflows that Markdown files show, the YAML blocks with `jobs:` at the left, as files of a directory.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const [directory, ...files] = process.argv.slice(2);
for (const file of files) {
  const blocks = (await readFile(file, 'utf8')).matchAll(/^```ya?ml\n([^]*?)^```$/gm);
  let number = 0;
  for (const [, text] of blocks) {
    number += 1;
    if (!/^jobs:$/m.test(text)) continue;
    const name = `${path.basename(file, '.md')}-${String(number)}.yml`;
    // What is not about when a workflow runs leaves that out.
    await writeFile(path.join(directory, name), /^on:/m.test(text) ? text : `on: push\n${text}`);
  }
}
