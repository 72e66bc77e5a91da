import { describe, expect, it } from '@jest/globals';
import { decodePath, encodePath } from '../../builder/encoded-path.js';
import { readSentFiles, writeSentFiles, type SentFile } from './sent-files.js';

const FILE: SentFile = {
  ...{ inode: '12', ctime: '1700000000.123456789', mtime: 1_700_000_000, size: '3', mode: '644', digest: 'a-B_9' },
  isLink: false,
};

describe('the record of what was sent', () => {
  it('is read as it was written', () => {
    const files = new Map([
      ['lib/a.ex', FILE],
      ['a b%c\nd', { ...FILE, ctime: '-', digest: '-' }],
      ['priv/grün', { ...FILE, isLink: true, ctime: '1700000000' }],
    ]);
    expect(readSentFiles(writeSentFiles(files))).toEqual(files);
  });

  it('has one line a file, with the path last', () => {
    const text = writeSentFiles(new Map([['lib/a b.ex', { ...FILE, isLink: true }]]));
    expect(text).toBe('12 1700000000.123456789 1700000000 3 644 link:a-B_9 lib/a%20b.ex\n');
  });

  it.each(['', '12 1 1 3 644 x lib/a.ex', 'nonsense\n', '12 1 1 3 644 x a\n12 1 1\n', 'x 1 1 3 644 x a\n'])(
    'is nothing where it is damaged: %j',
    (text) => expect(readSentFiles(text)).toBeUndefined(),
  );

  it.each(['plain/path.ex', ' ', '%', 'a\tb', 'é', '日本', 'a%20b'])('keeps the path %j', (path) => {
    expect(encodePath(path)).toMatch(/^[\x21-\x7e]+$/);
    expect(decodePath(encodePath(path))).toBe(path);
  });
});
