import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
let dist: string;

beforeAll(async () => {
  dist = await mkdtemp(path.join(tmpdir(), 'mix-release-bundle-'));
  await promisify(execFile)(process.execPath, [path.join(root, 'script/bundle.mjs'), dist]);
});
afterAll(() => rm(dist, { recursive: true, force: true }));

/** All that is loaded with a file of the bundle, as text: itself, and what it imports before it runs. */
async function loadedWith(file: string, seen = new Map<string, string>()): Promise<string> {
  const text = await readFile(file, 'utf8');
  seen.set(file, text);
  const imported = [...text.matchAll(/(?:from|import)"(\.[^"]+)"/g)].map(([, name = '']) =>
    path.resolve(path.dirname(file), name),
  );
  for (const each of imported) if (!seen.has(each)) await loadedWith(each, seen);
  return [...seen.values()].join('\n');
}

async function commandNamed(name: string): Promise<string> {
  const chunks = await readdir(path.join(dist, 'chunks'));
  return path.join(dist, 'chunks', chunks.find((each) => each.startsWith(`${name}-command-`)) ?? name);
}

// What each of them has in its code, whatever the bundler does to names.
const SCHEMAS = 'kind:"schema"';
const ENGINE = 'DOCKER_TLS_VERIFY';
const CYCLONEDX = 'bom-1.6.schema.json';

describe('what a command loads', () => {
  it('is neither schemas nor the client of the engine for --version, --help and audit', async () => {
    for (const file of [path.join(dist, 'cli.mjs'), await commandNamed('audit')]) {
      const loaded = await loadedWith(file);
      expect([path.basename(file), loaded.includes(SCHEMAS), loaded.includes(ENGINE)]).toEqual([
        ...[path.basename(file), false, false],
      ]);
    }
  });

  it('is both for a build, and CycloneDX only when its stage begins', async () => {
    const loaded = await loadedWith(await commandNamed('build'));
    expect([loaded.includes(SCHEMAS), loaded.includes(ENGINE)]).toEqual([true, true]);
    expect(loaded).not.toContain(CYCLONEDX);
    const chunks = await readdir(path.join(dist, 'chunks'));
    const list = chunks.find((each) => each.startsWith('list-')) ?? '';
    expect(await readFile(path.join(dist, 'chunks', list), 'utf8')).toContain(CYCLONEDX);
  });
});
