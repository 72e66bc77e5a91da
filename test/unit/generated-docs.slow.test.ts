import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryWith } from './support/files.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const PAGES: readonly (readonly [string, string])[] = [
  ['targets', '`debian:trixie`'],
  ['compatibility', '`debian:trixie`'],
];

describe.each(PAGES)('script/%s-doc.mjs', (name, word) => {
  const doc = path.join(root, 'docs', `${name}.md`);
  const mend = `run node script/${name}-doc.mjs`;

  function run(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
    const script = path.join(root, 'script', `${name}-doc.mjs`);
    return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8', timeout: 60_000 });
  }

  async function copyOf(change: (text: string) => string): Promise<string> {
    const text = await readFile(doc, 'utf8');
    expect(change(text)).not.toBe(text);
    return path.join(await directoryWith({ 'page.md': change(text) }), 'page.md');
  }

  it('finds its page to be what the tables say', () => {
    expect(run('--check')).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['another glibc', (text: string) => text.replace('2.36', '2.37')],
    ['a lost line', (text: string) => text.replace(new RegExp(`^.*${word}.*\n`, 'm'), '')],
    ['other prose', (text: string) => text.replace(/^# \w+/, '# Machines')],
    ['nothing', () => ''],
  ])('fails on a copy with %s, and names the command that mends it', async (_, change) => {
    const { status, stderr } = run('--check', await copyOf(change));
    expect(status).toBe(1);
    expect(stderr).toContain(mend);
  });

  it('fails where there is no such file', async () => {
    const { status, stderr } = run('--check', path.join(await directoryWith(), 'page.md'));
    expect(status).toBe(1);
    expect(stderr).toContain(mend);
  });

  it('mends a changed copy', async () => {
    const copy = await copyOf((text) => text.replace('2.36', '2.37'));
    expect(run(copy).status).toBe(0);
    expect(await readFile(copy, 'utf8')).toBe(await readFile(doc, 'utf8'));
  });
});
