import { afterEach, describe, expect, it } from '@jest/globals';
import { readInputs, requireNoReplacedInput, withInputDefaults } from '../../../src/action/inputs.js';
import { OPTIONS } from '../../../src/options/table.js';
import { errorOf } from '../support/errors.js';

const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

describe('readInputs', () => {
  it('reads every input as it was typed', () => {
    for (const { name } of OPTIONS) process.env[`INPUT_${name.toUpperCase()}`] = `  ${name}\nsecond line `;
    expect(readInputs()).toEqual(Object.fromEntries(OPTIONS.map(({ name }) => [name, `  ${name}\nsecond line `])));
  });

  it.each(['', '  \n'])(
    'has nothing for inputs that are %j, and the defaults of the action when asked for them',
    (typed) => {
      process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('INPUT_')));
      for (const { name } of OPTIONS) process.env[`INPUT_${name.toUpperCase()}`] = typed;
      expect(readInputs()).toEqual({});
      const inputs = withInputDefaults(readInputs());
      expect(inputs).toEqual(Object.fromEntries(OPTIONS.map((option) => [option.name, option.default])));
      expect(inputs).toMatchObject({ artifact: 'true', summary: 'true', target: '' });
      expect(withInputDefaults({ cache: 'deps' })).toMatchObject({ cache: 'deps', 'mix-env': 'prod' });
    },
  );
});

describe('requireNoReplacedInput', () => {
  it.each(['true', 'false'])('refuses emulate: %s, and names what has replaced it', async (typed) => {
    process.env.INPUT_EMULATE = typed;
    const error = await errorOf(requireNoReplacedInput);
    expect(error).toMatchObject({ code: 'bad-option', message: 'there is no option emulate any more' });
    expect(error.next).toContain('method: emulate');
  });

  it('takes inputs without any', () => {
    delete process.env.INPUT_EMULATE;
    expect(requireNoReplacedInput).not.toThrow();
  });
});
