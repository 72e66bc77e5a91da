import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../support/cli.js';
import { documentOf } from './document.js';
import { ENTRIES } from './entries/index.js';
import { readRecords } from './records.js';

const NAME = 'docs/mix-release.md';
const FILE = path.join(ROOT, NAME);
const MEND = 'script/conformance --only ID --write-docs, with the entries that changed';

/** The page as it has to be, from the entries and from the results that were kept. */
async function wanted(): Promise<string> {
  const style = await resolveConfig(FILE);
  return format(documentOf(await readRecords()), { ...style, filepath: FILE, parser: 'markdown' });
}

export async function writeDocument(): Promise<void> {
  await writeFile(FILE, await wanted());
}

/** Tells whether the page is as it has to be, and what is not; returns an exit status. */
export async function checkDocument(): Promise<number> {
  const known = new Set(ENTRIES.map(({ id }) => id));
  const records = await readRecords();
  const stale = [...records].flatMap(([platform, record]) =>
    [...record.keys()]
      .filter((id) => !known.has(id))
      .map((id) => `${platform}.json has results of ${id}, which is no entry`),
  );
  const differs = (await readFile(FILE, 'utf8').catch(() => '')) !== (await wanted());
  const wrong = [...stale, ...(differs ? [`${NAME} is not what the entries and their results say`] : [])];
  for (const line of wrong) process.stderr.write(`${line}: run ${MEND}\n`);
  return wrong.length === 0 ? 0 : 1;
}
