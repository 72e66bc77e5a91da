import { describe, expect, it } from '@jest/globals';
import { firstTerm, itemsOf, propertyOf, textOfTerm } from './erlang-terms.js';

const RESOURCE = `%% This is a comment with a } and a "
{application, 'my app',
 [{description,"A \\"quoted\\" text, with \\x{fc} and \\xe9"},
  {vsn,"1.0.0-rc.1+b"},
  {modules,['Elixir.A.B',web_app]},
  {applications,[kernel,stdlib,elixir]},
  {env,[{key,<<"bytes">>},{utf8,<<"\u00fc"/utf8>>},{numbers,[-1,2.5,1.0e-3,$a,$\\n]},{map,#{a => 1}},{none,[]}]},
  {mod,{web_app,[]}}]}.
`;

describe('firstTerm', () => {
  it('reads what a resource file says', () => {
    const [tag, name, properties] = itemsOf(firstTerm(RESOURCE));
    expect([tag, name].map((term) => textOfTerm(term))).toEqual(['application', 'my app']);
    expect(textOfTerm(propertyOf(properties, 'description'))).toBe('A "quoted" text, with ü and é');
    expect(textOfTerm(propertyOf(properties, 'vsn'))).toBe('1.0.0-rc.1+b');
    const names = itemsOf(propertyOf(properties, 'applications')).map((term) => textOfTerm(term));
    expect(names).toEqual(['kernel', 'stdlib', 'elixir']);
    const env = propertyOf(properties, 'env');
    expect(['key', 'utf8'].map((key) => textOfTerm(propertyOf(env, key)))).toEqual(['bytes', 'ü']);
    expect(itemsOf(propertyOf(env, 'numbers'))).toEqual(
      [-1, 2.5, 0.001, 97, 10].map((value) => ({ kind: 'number', value })),
    );
    expect(propertyOf(properties, 'nothing')).toBeUndefined();
  });

  it('takes a list of characters, and bytes, for text', () => {
    const texts = ['[$a,98].', '<<97,98>>.', '"ab".', 'ab.', "'ab'."].map((text) => textOfTerm(firstTerm(text)));
    expect(texts).toEqual(['ab', 'ab', 'ab', 'ab', 'ab']);
  });

  it.each([
    '',
    '   ',
    '{a',
    '{a]',
    '"open',
    "'open",
    '[1,',
    '<<"a"]',
    'Variable.',
    '}',
    '\u0000',
    '{a,\u{1f600}}',
    '%only',
  ])('is nothing for %j', (text) => expect(firstTerm(text)).toBeUndefined());

  it('is nothing for a text that is nested without end, and does not take long for a long one', () => {
    expect(firstTerm('['.repeat(100_000))).toBeUndefined();
    const long = `[${'"a\\\\",'.repeat(100_000)}"b"]`;
    expect(itemsOf(firstTerm(long))).toHaveLength(100_001);
  });
});
