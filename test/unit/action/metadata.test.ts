import { describe, expect, it } from '@jest/globals';
import { access, readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Action {
  readonly name: string;
  readonly description: string;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const root = new URL('../../../', import.meta.url);
const action = parse(await readFile(new URL('action.yml', root), 'utf8')) as Action;

describe('action.yml', () => {
  it.each(Object.entries(action.outputs))('describes output %s in one sentence', (_, { description }) => {
    expect(description).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('runs bundles that are there, on the Node of the runners', async () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.mjs', post: 'dist/post.mjs' });
    for (const file of ['dist/main.mjs', 'dist/post.mjs']) await access(new URL(file, root));
  });

  it('says what it is', () => {
    expect(action.name).toMatch(/\S/);
    expect(action.description).toMatch(/^[A-Z].*\.$/);
  });
});
