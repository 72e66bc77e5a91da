import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryWith } from './support/files.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = `# Page

Before.

<!-- figures: begin (written by \`npm run bench\`) -->
<!-- figures: end -->

After.
`;
const COLD = { id: 'cold-nif', runs: 5, seen: 'on a machine', ours: 1.9, other: 2, stages: { deps: 1 } };
const PACKED = { id: 'pack-tar.gz', runs: 5, seen: 'on a machine', ours: 3, other: 2, remark: 'Of words.' };

type Row = Readonly<Record<'id' | 'seen', string>> & Readonly<Record<string, unknown>>;

/** Writes rows into a page as a run of the benchmarks does. */
function update(page: string, ...rows: readonly Row[]): { readonly stderr: string } {
  const { href } = new URL('../bench/document.mjs', import.meta.url);
  const script = `const { updateDocument } = await import(${JSON.stringify(href)});
    await updateDocument(process.argv[1], JSON.parse(process.argv[2]));`;
  const values = JSON.stringify(Object.fromEntries(rows.map((row) => [row.id, row])));
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script, page, values], {
    ...{ cwd: root, encoding: 'utf8', timeout: 60_000 },
  });
}

async function pageWith(text: string): Promise<string> {
  return path.join(await directoryWith({ 'page.md': text }), 'page.md');
}

describe('the figures that a run of the benchmarks writes', () => {
  it('are a table with verdicts and a chart, between the markers', async () => {
    const page = await pageWith(PAGE);
    expect(update(page, COLD).stderr).toBe('');
    const text = await readFile(page, 'utf8');
    expect(text).toMatch(/^# Page\n\nBefore\.\n\n<!-- figures: begin/);
    expect(text).toMatch(/<!-- figures: end -->\n\nAfter\.\n$/);
    expect(text).toMatch(
      /^\| Cold build of `examples\/nif` +\| 1\.90 s +\|.*\| 2\.00 s .*\| 0\.95× +\| ≤ 1\.0× +\| yes /m,
    );
    expect(text).toMatch(/^Cold build of examples\/nif {2}█{38} {2}\| {2}0\.95$/m);
    expect(text).not.toContain('not reached');
    expect(text).not.toContain('"stages"');
  });

  it('say why where something is missed, and what is to be said of a row', async () => {
    const page = await pageWith(PAGE);
    update(page, PACKED);
    const text = await readFile(page, 'utf8');
    expect(text).toMatch(/^\| Packing 500 MB as tar\.gz .*\| 1\.50× +\| ≤ 1\.0× +\| \*\*no\*\* /m);
    expect(text).toMatch(/### Where a figure is not reached\n\n- \*\*Packing 500 MB as tar\.gz\.\*\* \w/);
    expect(text).toContain('- **Packing 500 MB as tar.gz.** Of words.');
  });

  it('keep the rows that were not measured again, and say where each was seen', async () => {
    const page = await pageWith(PAGE);
    update(page, COLD, PACKED);
    const both = await readFile(page, 'utf8');
    update(page, { ...PACKED, seen: 'on another machine', ours: 1 });
    const text = await readFile(page, 'utf8');
    const row = /^\| Cold build .*$/m;
    expect(row.exec(text)?.[0].replaceAll(/ +/g, ' ')).toBe(row.exec(both)?.[0].replaceAll(/ +/g, ' '));
    expect(text).toContain('Cold build of `examples/nif`: seen on a machine.');
    expect(text).toContain('Packing 500 MB as tar.gz: seen on another machine.');
    expect(text).not.toContain('not reached');
    update(page, COLD, PACKED);
    expect(await readFile(page, 'utf8')).toBe(both);
  });

  it('are not written where there is no place for them', async () => {
    const page = await pageWith('# Page\n');
    expect(update(page, COLD).stderr).toContain('has no section between');
    expect(await readFile(page, 'utf8')).toBe('# Page\n');
  });
});
