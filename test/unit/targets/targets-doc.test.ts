import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryWith } from '../support/files.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const DOC = path.join(root, 'docs', 'targets.md');
const MEND = 'run node script/targets-doc.mjs';

function targetsDoc(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const script = path.join(root, 'script', 'targets-doc.mjs');
  return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8', timeout: 60_000 });
}

async function copyOf(change: (text: string) => string): Promise<string> {
  const directory = await directoryWith({ 'targets.md': change(await readFile(DOC, 'utf8')) });
  return path.join(directory, 'targets.md');
}

describe('script/targets-doc.mjs', () => {
  it('finds docs/targets.md to be what the tables say', () => {
    expect(targetsDoc('--check')).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['another glibc', (text: string) => text.replace('2.36', '2.37')],
    ['a lost line', (text: string) => text.replace(/^.*`debian:trixie`.*\n/m, '')],
    ['other prose', (text: string) => text.replace('# Targets', '# Machines')],
    ['nothing', () => ''],
  ])('fails on a copy with %s, and names the command that mends it', async (_, change) => {
    const { status, stderr } = targetsDoc('--check', await copyOf(change));
    expect(status).toBe(1);
    expect(stderr).toContain(MEND);
  });

  it('fails where there is no such file', async () => {
    const { status, stderr } = targetsDoc('--check', path.join(await directoryWith(), 'targets.md'));
    expect(status).toBe(1);
    expect(stderr).toContain(MEND);
  });

  it('mends a changed copy', async () => {
    const copy = await copyOf((text) => text.replace('2.36', '2.37'));
    expect(targetsDoc(copy).status).toBe(0);
    expect(await readFile(copy, 'utf8')).toBe(await readFile(DOC, 'utf8'));
  });
});
