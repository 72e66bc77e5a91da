// The licences of the packages whose files went into the bundles.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** One text for all packages among `inputs` (paths relative to `root`), sorted by name. */
export async function licencesOf(inputs, root) {
  const directories = new Set(
    inputs.flatMap((input) => input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  const parts = new Map();
  for (const directory of directories) {
    const { name, version, license } = JSON.parse(await readFile(path.join(root, directory, 'package.json'), 'utf8'));
    const names = await readdir(path.join(root, directory));
    // Some licences ask for a notice beside their text.
    const files = [/^(licen[cs]e|copying)/i, /^notice/i].flatMap((kind) => names.find((each) => kind.test(each)) ?? []);
    const texts = await Promise.all(files.map((file) => readFile(path.join(root, directory, file), 'utf8')));
    const text =
      texts.length > 0 ? texts.map((each) => each.trim()).join('\n\n') : '(the package holds no licence file)';
    parts.set(`${name} ${version}`, `${name} ${version} (${license ?? 'no licence named'})\n\n${text}\n`);
  }
  return [...parts.keys()]
    .sort()
    .map((key) => parts.get(key))
    .join(`\n${'-'.repeat(80)}\n\n`);
}
