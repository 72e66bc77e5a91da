import { describe, expect, it } from '@jest/globals';
import { descriptionOf, helpOf, valuesOf, wordList } from '../../../src/options/describe.js';
import { rowOf } from '../../../src/options/table.js';

describe('wordList', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('of %j is %j', (words, text) => {
    expect(wordList(words)).toBe(text);
  });
});

describe('valuesOf', () => {
  it.each([
    ['ssh-agent', 'true or false'],
    ['pull', 'missing, always or never'],
    ['smoke-test', 'boot, eval, off or the path of a script in the checkout'],
    ['retention-days', 'a whole number from 1 to 90'],
    ['os', undefined],
    ['packages', undefined],
  ] as const)('of %s is %j', (name, values) => {
    expect(valuesOf(rowOf(name))).toBe(values);
  });

  it('marks words alone', () => {
    const mark = (word: string): string => `<${word}>`;
    expect(valuesOf(rowOf('smoke-test'), mark)).toBe('<boot>, <eval>, <off> or the path of a script in the checkout');
  });
});

describe('descriptionOf', () => {
  it('has the summary, the values and what holds without one', () => {
    expect(descriptionOf(rowOf('smoke-timeout'))).toBe(
      'Seconds that the smoke test of a release may take. Takes a whole number from 1 to 3600. By default 120, and 600 under emulation.',
    );
  });

  it('is the summary alone of a flag, and of a text without more to it', () => {
    for (const name of ['ssh-agent', 'mix-env'] as const) expect(descriptionOf(rowOf(name))).toBe(rowOf(name).summary);
  });
});

describe('helpOf', () => {
  it.each([
    ['pull', 'missing|always|never', 'When to look up and pull base images. (default: missing)'],
    ['artifact', undefined, 'Upload the tarball and its checksum as a workflow artifact.'],
    ['registry', 'HOST[/PATH]', `${rowOf('registry').summary} By default Docker Hub.`],
  ] as const)('of %s has <%s> and: %s', (name, placeholder, text) => {
    expect(helpOf(rowOf(name))).toEqual({ placeholder, text });
  });
});
