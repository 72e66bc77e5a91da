import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../../src/access/redact.js';

describe('redactor', () => {
  it.each([
    [['abc'], 'x abc abc', 'x *** ***'],
    [['abc', 'abcdef'], 'abcdef', '***'],
    [['a b/c'], 'https://u:a%20b%2Fc@host and a b/c', 'https://u:***@host and ***'],
    [['first\nsecond\n'], 'first, second', '***, ***'],
    [['', ' \n'], 'a b', 'a b'],
    [['$&'], 'a $& b', 'a *** b'],
    [[], 'abc', 'abc'],
  ])('hides %j in %j', (secrets, text, hidden) => {
    expect(redactor(secrets)(text)).toBe(hidden);
  });
});
