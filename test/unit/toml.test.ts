import { describe, expect, it } from '@jest/globals';
import { parse } from 'smol-toml';
import { keyLines, kindOf } from '../../src/toml.js';

describe('keyLines', () => {
  const text = [
    '# a = 1', // 1
    'a = 1 # b = 2', // 2
    'text = """', // 3
    'b = 2 # no comment', // 4
    '\\""" ["x"]""""', // 5
    "raw = '''", // 6
    "[c]''''", // 7
    'list = [ # first', // 8
    '  "]", { x = "}" },', // 9
    ']', // 10
    'b.c = "=" # dotted', // 11
    '"q \\u0041" = true', // 12
    "'l.t' = 1979-05-27", // 13
    '', // 14
    '  [ target . "*-musl" ]', // 15
    'os = "x"', // 16
    '[[many]]', // 17
    'of = 1', // 18
    '[[many]]', // 19
    'of = 2', // 20
  ].join('\r\n');

  it.each([
    [['a'], 2],
    [['text'], 3],
    [['raw'], 6],
    [['list'], 8],
    [['b'], 11],
    [['b', 'c'], 11],
    [['q A'], 12],
    [['l.t'], 13],
    [['target'], 15],
    [['target', '*-musl'], 15],
    [['target', '*-musl', 'os'], 16],
    [['target', '*-musl', 'none'], 15],
    [['many', 'of'], 18],
    [['list', 'x'], 8],
    [['nothing'], undefined],
  ])('has the line of %j', (path, line) => {
    expect(Object.keys(parse(text))).toContain('list');
    expect(keyLines(text).of(path)).toBe(line);
  });

  it.each(['', '\n', '# only a comment', 'a = 1', 'a = "x"#'])('ends at the end of %j', (short) => {
    expect(keyLines(short).of(['b'])).toBeUndefined();
  });
});

describe('kindOf', () => {
  it.each([
    [[], 'an array'],
    [new Date(0), 'a date'],
    [1.5, 'the number 1.5'],
    ['a', "the string 'a'"],
    [true, 'true'],
    [{}, 'a table'],
  ])('of %j is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});
