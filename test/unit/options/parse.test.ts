import { describe, expect, it } from '@jest/globals';
import {
  parseChoice,
  parseEnv,
  parseFlag,
  parseInteger,
  parseLines,
  parseList,
  parseText,
} from '../../../src/options/parse.js';
import type { ChoiceOption, FlagOption, IntegerOption } from '../../../src/options/option.js';
import { RESERVED_VARIABLES } from '../../../src/options/reserved-env.js';
import { errorOf } from '../support/errors.js';

const row = { group: 'Checks', default: '', workflow: true, summary: 'A sentence.' } as const;
const flag: FlagOption = { ...row, name: 'loud', kind: 'flag' };
const days: IntegerOption = { ...row, name: 'days', kind: 'integer', value: 'DAYS', least: 1, most: 90 };
const colour: ChoiceOption = { ...row, name: 'colour', kind: 'choice', choices: ['red', 'green', 'blue'] };
const colourOrFile: ChoiceOption = { ...colour, other: { noun: 'the path of a file', value: 'FILE' } };

describe('parseText', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['  \n ', undefined],
    ['prod', 'prod'],
    ['  prod\n', 'prod'],
    ['two words', 'two words'],
    [['one'], 'one'],
    [['', ' one '], 'one'],
    [[], undefined],
    [true, undefined],
  ])('reads %j as %j', (raw, text) => {
    expect(parseText('mix-env', raw)).toBe(text);
  });

  it('refuses several values and names the option', async () => {
    const error = await errorOf(() => parseText('mix-env', ['prod', 'test']));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain('mix-env');
  });
});

describe('parseList', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' , \n', []],
    ['one', ['one']],
    ['one,two', ['one', 'two']],
    ['one, two ,three', ['one', 'two', 'three']],
    ['one two\tthree', ['one', 'two', 'three']],
    ['one\ntwo\r\nthree\n', ['one', 'two', 'three']],
    [
      ['one', 'two,three'],
      ['one', 'two', 'three'],
    ],
    [true, []],
  ])('reads %j as %j', (raw, items) => {
    expect(parseList(raw)).toEqual(items);
  });
});

describe('parseFlag', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
    [' true\n', true],
    [true, true],
    [false, false],
    [undefined, undefined],
    ['', undefined],
  ])('reads %j as %j', (raw, value) => {
    expect(parseFlag(flag, raw)).toBe(value);
  });

  it.each(['yes', 'no', 'on', 'off', '1', '0', 'truee', 'y'])('refuses %s', async (raw) => {
    const error = await errorOf(() => parseFlag(flag, raw));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2, next: 'loud takes true or false.' });
    expect(error.message).toContain(raw);
  });
});

describe('parseInteger', () => {
  it.each([
    ['1', 1],
    ['90', 90],
    [' 7 ', 7],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j between 1 and 90 as %j', (raw, value) => {
    expect(parseInteger(days, raw)).toBe(value);
  });

  it.each(['0', '91', '-1', '1.5', '1e1', '0x10', 'ten', '９', '99999999999999999999'])(
    'refuses %s between 1 and 90',
    async (raw) => {
      const error = await errorOf(() => parseInteger(days, raw));
      expect(error).toMatchObject({
        code: 'bad-option',
        exitStatus: 2,
        message: `days is '${raw}'`,
        next: 'days takes a whole number from 1 to 90.',
      });
    },
  );
});

describe('parseChoice', () => {
  it.each([
    ['red', 'red'],
    [' Blue\n', 'blue'],
    ['GREEN', 'green'],
    [['red'], 'red'],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (raw, word) => {
    expect(parseChoice(colour, raw)).toBe(word);
  });

  it.each(['pink', 'red blue', 'redd'])('refuses %s, and lists the words', async (raw) => {
    const error = await errorOf(() => parseChoice(colour, raw));
    expect(error).toMatchObject({
      code: 'bad-option',
      exitStatus: 2,
      message: `colour is '${raw}'`,
      next: 'colour takes red, green or blue.',
    });
  });

  it('takes another text where the option does, and still its words', () => {
    expect(parseChoice(colourOrFile, ' ci/Pink.sh ')).toEqual({ other: 'ci/Pink.sh' });
    expect(parseChoice(colourOrFile, 'Red')).toBe('red');
    expect(parseChoice(colourOrFile, '')).toBeUndefined();
  });
});

describe('parseLines', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['a, b\r\n\n  c ', ['a, b', 'c']],
    [
      ['a', 'b\nc'],
      ['a', 'b', 'c'],
    ],
  ])('reads %j as %j', (raw, lines) => {
    expect(parseLines(raw)).toEqual(lines);
  });
});

describe('parseEnv', () => {
  const surroundings = { HERE: 'from outside', EMPTY: '' };

  it.each([
    ['NAME=VALUE', { NAME: 'VALUE' }],
    ['  NAME=VALUE', { NAME: 'VALUE' }],
    ['NAME = VALUE', { NAME: ' VALUE' }],
    ['NAME=  kept  ', { NAME: '  kept  ' }],
    ['NAME=a=b==', { NAME: 'a=b==' }],
    ['NAME=', { NAME: '' }],
    ['NAME="quoted"', { NAME: '"quoted"' }],
    ['NAME=$(id); `id`', { NAME: '$(id); `id`' }],
    ['NAME=grüße', { NAME: 'grüße' }],
    ['_n1=x', { _n1: 'x' }],
    ['HERE', { HERE: 'from outside' }],
    [' HERE ', { HERE: 'from outside' }],
    ['EMPTY', { EMPTY: '' }],
    ['HERE=given', { HERE: 'given' }],
    ['A=1\n\n  \nB=2\n', { A: '1', B: '2' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=1\nA=2', { A: '2' }],
    [['A=1', 'HERE'], { A: '1', HERE: 'from outside' }],
    [['KEY=first\nsecond\n'], { KEY: 'first\nsecond\n' }],
    [undefined, {}],
    ['', {}],
  ])('reads %j as %j', (raw, env) => {
    expect(parseEnv('env', raw, surroundings)).toEqual(env);
  });

  it.each(['1NAME=x', 'NA-ME=x', 'NA ME=x', '=x', 'NAME.x', 'Ä=x', '$NAME'])('refuses malformed %j', async (raw) => {
    const error = await errorOf(() => parseEnv('env', raw, surroundings));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain('neither NAME nor NAME=VALUE');
  });

  it('never repeats a value in an error', async () => {
    const error = await errorOf(() => parseEnv('env', 'BAD NAME=hunter2=x', surroundings));
    expect(`${error.message} ${error.next}`).not.toContain('hunter2');
  });

  it.each([...RESERVED_VARIABLES].filter((name) => name !== 'MIX_ENV'))(
    'refuses %s, with a value and without',
    async (name) => {
      for (const raw of [`${name}=x`, name]) {
        const error = await errorOf(() => parseEnv('env', raw, { [name]: 'x' }));
        expect(error).toMatchObject({ code: 'bad-option', next: `Leave ${name} out.` });
      }
    },
  );

  it('sends MIX_ENV to its own option', async () => {
    const error = await errorOf(() => parseEnv('env', 'MIX_ENV=test', surroundings));
    expect(error).toMatchObject({ code: 'bad-option', next: 'Use mix-env.' });
  });

  it('refuses a name alone that is not set here, and says how to give its value', async () => {
    const error = await errorOf(() => parseEnv('env', 'A=1\nMISSING', surroundings));
    expect(error.code).toBe('bad-option');
    expect(error.message).toContain('MISSING');
    expect(error.next).toContain('MISSING=VALUE');
  });
});
