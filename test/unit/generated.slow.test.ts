import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryWith } from './support/files.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every generated file, and a change by hand to what is generated of it. */
const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  'action.yml': (text) => text.replace('(default: prod)', '(default: dev)'),
  'README.md': (text) => text.replace(/^\| \[`glibc`\].*\n/m, ''),
  'docs/options.md': (text) => text.replace('_Type:_ integer from 1 to 90', '_Type:_ integer from 1 to 91'),
  'docs/mix-release.schema.json': (text) => text.replace('"maximum": 90', '"maximum": 91'),
  'docs/outputs.md': (text) => text.replace(/^\| `libc` .*\n/m, ''),
  '.github/workflows/release.yml': (text) => text.replace(/^ {10}smoke-test: .*\n/m, ''),
  'docs/releasing.md': (text) => text.replace('[`cookie`](options.md#cookie), ', ''),
  'docs/architecture.md': (text) => text.replace(/^\| `before-build` .*\n/m, ''),
  'docs/targets.md': (text) => text.replace('2.36', '2.37'),
  'docs/compatibility.md': (text) => text.replace(/^# \w+/, '# Machines'),
};
const FILES = Object.keys(CHANGES);

const read = (directory: string, file: string): Promise<string> => readFile(path.join(directory, file), 'utf8');

/** A directory with the generated files alone, each changed. */
async function copies(change: (file: string, text: string) => string): Promise<string> {
  const texts = await Promise.all(FILES.map(async (file) => [file, change(file, await read(root, file))] as const));
  return directoryWith(Object.fromEntries(texts));
}

function generate(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(path.join(root, 'script/generate'), args, { cwd: root, encoding: 'utf8', timeout: 60_000 });
}

describe('script/generate', () => {
  it('names each file that was changed by hand, what it is written from, and the way back', async () => {
    const directory = await copies((file, text) => CHANGES[file]?.(text) ?? text);
    for (const file of FILES) expect(await read(directory, file)).not.toBe(await read(root, file));
    const { status, stderr } = generate('--check', '--root', directory);
    expect(status).toBe(1);
    for (const file of FILES)
      expect(stderr).toMatch(new RegExp(`^${file}: it is not what \\S.* says?: run script/generate$`, 'm'));
    expect(generate('--root', directory)).toMatchObject({ status: 0, stderr: '' });
    for (const file of FILES) expect([file, await read(directory, file)]).toEqual([file, await read(root, file)]);
  });

  it('keeps what is written by hand, also the rest of an entry, wherever it stands', async () => {
    const entry = /^### `cookie`\n[^]*?(?=^### )/m;
    const [cookie = ''] = entry.exec(await read(root, 'docs/options.md')) ?? [];
    const directory = await copies((file, text) =>
      file === 'docs/options.md'
        ? text.replace(entry, '').replace(/^### `target`/m, `${cookie}By hand.\n\n### \`target\``)
        : text,
    );
    expect(generate('--root', directory).status).toBe(0);
    const [written = ''] = entry.exec(await read(directory, 'docs/options.md')) ?? [];
    expect(written).toBe(`${cookie}By hand.\n\n`);
  });

  it('refuses an entry of no option, a file without the place for what is generated, and one that is not there', async () => {
    const directory = await copies((file, text) =>
      file === 'docs/options.md'
        ? text.replace('### `cookie`', '### `biscuit`')
        : text.replace(/^.*end of generated .*\n/gm, ''),
    );
    await rm(path.join(directory, 'docs/targets.md'));
    const { status, stderr } = generate('--check', '--root', directory);
    expect(status).toBe(1);
    expect(stderr).toContain('docs/options.md: it has an entry for biscuit');
    expect(stderr).toContain("README.md: it has no lines 'generated: targets");
    expect(stderr).toContain('docs/targets.md: it is not what src/targets/ says');
    expect(stderr).not.toContain('docs/compatibility.md');
  });
});
