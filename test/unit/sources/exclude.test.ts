import { describe, expect, it } from '@jest/globals';
import { patternFor, readExclusion } from '../../../src/sources/exclude.js';

describe('readExclusion', () => {
  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [['docs/'], ['docs/a.md', 'apps/x/docs/b.md'], ['docs', 'docs.ex']],
    [['/docs'], ['docs/a.md', 'docs'], ['apps/docs/a.md']],
    [
      ['*.mp4', '!intro.mp4'],
      ['a.mp4', 'x/b.mp4'],
      ['intro.mp4', 'x/intro.mp4', 'a.MP4'],
    ],
    [['# a comment', '', '\\#file'], ['#file'], ['# a comment', 'file']],
    [
      ['/*', '!/apps/', '!/mix.exs'],
      ['README.md', 'docs/a'],
      ['apps/a/mix.exs', 'mix.exs', '.git', '.git/HEAD'],
    ],
    [['*', '!mix.exs'], ['lib/a.ex'], ['mix.exs', '.git/config', 'libs/x/.git/HEAD']],
    [
      ['HEAD', 'config', 'refs/'],
      ['HEAD', 'config/a', 'refs/x'],
      ['.git/HEAD', '.git/config', '.git/refs/heads/main'],
    ],
    [['/.git'], ['.git', '.git/HEAD'], ['libs/x/.git', '.gitignore']],
    [['.git/lfs/'], ['.git/lfs/objects/a'], ['.git/HEAD', 'lfs/objects/a']],
    [['foo/**/bar'], ['foo/bar', 'foo/a/b/bar'], ['foo/baz']],
    [['caf\udce9.txt'], ['caf\udce9.txt'], ['café.txt']],
    [['[z-a]'], [], ['a']],
  ])('%j', (patterns, excluded, kept) => {
    const { excludes } = readExclusion(patterns);
    for (const name of excluded) expect([name, excludes(name)]).toEqual([name, true]);
    for (const name of kept) expect([name, excludes(name)]).toEqual([name, false]);
  });

  it('tells a directory from a file', () => {
    const { judge } = readExclusion(['data/', '!keep/']);
    expect([judge('data', true), judge('data', false), judge('keep', true), judge('lib', true)]).toEqual([
      'excluded',
      undefined,
      'included',
      undefined,
    ]);
  });
});

describe('patternFor', () => {
  it.each(['data', 'a [x]', 'st*r?', 'back\\slash', 'space ', '!bang', '#hash', 'deep/er'])(
    'means %j alone',
    (name) => {
      const { excludes } = readExclusion([patternFor(name)]);
      expect(excludes(name)).toBe(true);
      expect(excludes(`x/${name}`)).toBe(false);
      expect(excludes(name.replace(/[*?]/g, 'z').replace('[x]', 'x').concat('y'))).toBe(false);
    },
  );
});
