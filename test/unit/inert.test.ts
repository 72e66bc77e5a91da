import { describe, expect, it } from '@jest/globals';
import { inert } from '../../src/inert.js';

describe('inert', () => {
  it.each([
    ['::error::x', ': :error::x'],
    ['  ::set-output name=a::b', '  : :set-output name=a::b'],
    ['\u0085\u00a0\u200b::error::x', '\n\u00a0\u200b: :error::x'],
    ['\ufeff\u0000::error::x', '\ufeff\u0000: :error::x'],
    [':::error::x', ': ::error::x'],
    ['a\r::error::x', 'a\n: :error::x'],
    ['a\n::error::x', 'a\n: :error::x'],
    ['a\u2028::error::x', 'a\n: :error::x'],
    ['lib/##[error]x', 'lib/# #[error]x'],
    ['###[group]##[endgroup]', '## #[group]# #[endgroup]'],
  ])('leaves no command in %j', (text, left) => {
    expect(inert(text)).toBe(left);
  });

  it.each([
    'Mix.Tasks::Compile',
    'use std::fmt',
    ':ok, ::',
    '# [a]',
    '## [a](b)',
    '\u001b[31merror:\u001b[0m grüße \ud83d\ude00',
    '',
  ])('leaves %j as it is', (text) => {
    expect(inert(text)).toBe(text);
  });

  it('leaves no empty line for the end of one', () => {
    expect([inert('line\r'), inert('line\r\n'), inert('a\r\nb\n')]).toEqual(['line', 'line', 'a\nb']);
  });
});
