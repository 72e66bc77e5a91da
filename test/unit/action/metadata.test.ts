import { describe, expect, it } from '@jest/globals';
import { access, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { outputTable } from '../../../src/action/outputs.js';
import { BUILD } from '../../../src/pipeline/build.js';
import { OPTIONS, type Option } from '../../../src/options/table.js';

interface Input {
  readonly description: string;
  readonly required: boolean;
  readonly default?: string;
}

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const root = new URL('../../../', import.meta.url);
const action = parse(await readFile(new URL('action.yml', root), 'utf8')) as Action;

describe('action.yml', () => {
  it('has the inputs of the options, in their order', () => {
    expect(Object.keys(action.inputs)).toEqual(OPTIONS.map(({ name }) => name));
  });

  it.each(OPTIONS.map((option: Option) => [option.name, option] as const))(
    'describes input %s as the option',
    (name, option) => {
      expect(action.inputs[name]).toEqual({
        description: option.summary,
        required: option.required ?? false,
        ...(option.inputDefault === '' ? {} : { default: option.inputDefault }),
      });
    },
  );

  it('has the outputs that the action sets, in their order', () => {
    const outputs = outputTable(BUILD.stages).map(({ name, summary }) => [name, { description: summary }]);
    expect(Object.entries(action.outputs)).toEqual(outputs);
  });

  it.each([...Object.entries(action.inputs), ...Object.entries(action.outputs)])(
    'describes %s in one sentence',
    (_, { description }) => {
      expect(description).toMatch(/^[A-Z][^\n]*\.$/);
    },
  );

  it('runs bundles that are there, on the Node of the runners', async () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.mjs', post: 'dist/post.mjs' });
    for (const file of ['dist/main.mjs', 'dist/post.mjs']) await access(new URL(file, root));
  });

  it('says what it is', () => {
    expect(action.name).toMatch(/\S/);
    expect(action.description).toMatch(/^[A-Z].*\.$/);
  });
});
