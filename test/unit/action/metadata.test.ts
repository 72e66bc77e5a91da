import { describe, expect, it } from '@jest/globals';
import { access, readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required: boolean }>>;
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

  // GitHub gives a default as if it had been typed, and mix-release.toml could never say otherwise.
  it.each(Object.entries(action.inputs))('leaves input %s open to a file', (_, input) => {
    expect(input).not.toHaveProperty('default');
    expect(input.required).toBe(false);
  });

  it('says what it is', () => {
    expect(action.name).toMatch(/\S/);
    expect(action.description).toMatch(/^[A-Z].*\.$/);
  });
});
