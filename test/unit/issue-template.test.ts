import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { parseArguments } from '../../src/cli/program.js';

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id: string;
    readonly attributes: { readonly label: string; readonly render?: string };
    readonly validations?: { readonly required: boolean };
  }[];
}

const file = new URL('../../.github/ISSUE_TEMPLATE/bug.yml', import.meta.url);
const { name, description, body } = parse(await readFile(file, 'utf8')) as Form;

describe('the issue template', () => {
  it('begins with the output of a command that there is', () => {
    const [first] = body;
    expect(first).toMatchObject({ attributes: { render: 'text' }, validations: { required: true } });
    const [, command = ''] = /`mix-release (\w+)`/.exec(first?.attributes.label ?? '') ?? [];
    expect(parseArguments([command])).toMatchObject({ command: 'doctor' });
  });

  it('has what GitHub requires of a form', () => {
    expect(name + description).toMatch(/\S/);
    expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
    for (const { type, attributes } of body) expect([type, attributes.label]).toEqual(['textarea', expect.any(String)]);
  });
});
