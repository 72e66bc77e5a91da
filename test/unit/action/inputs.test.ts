import { afterEach, describe, expect, it } from '@jest/globals';
import { readInputs } from '../../../src/action/inputs.js';
import { OPTIONS } from '../../../src/options/table.js';

const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

describe('readInputs', () => {
  it('reads every input as it was typed', () => {
    for (const { name } of OPTIONS) process.env[`INPUT_${name.toUpperCase()}`] = `  ${name}\nsecond line `;
    expect(readInputs()).toEqual(Object.fromEntries(OPTIONS.map(({ name }) => [name, `  ${name}\nsecond line `])));
  });

  it('has an empty text for what was not given', () => {
    process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('INPUT_')));
    expect(readInputs()).toEqual(Object.fromEntries(OPTIONS.map(({ name }) => [name, ''])));
  });
});
