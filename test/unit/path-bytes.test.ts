import { describe, expect, it } from '@jest/globals';
import { bytesOf, nameOf, onDisk, shownName } from '../../src/path-bytes.js';

describe('names as text', () => {
  it.each([
    ['ASCII', Buffer.from('lib/a.ex')],
    ['UTF-8', Buffer.from('grüße/日本語/🙂')],
    ['Latin-1', Buffer.from('caf\xe9.txt', 'latin1')],
    ['Latin-1 between UTF-8', Buffer.concat([Buffer.from('ü'), Buffer.of(0xe9), Buffer.from('🙂'), Buffer.of(0xff)])],
    ['a character that breaks off', Buffer.of(0x61, 0xe6, 0x97)],
    ['an encoded surrogate', Buffer.of(0xed, 0xb2, 0x80)],
    ['overlong forms', Buffer.of(0xc0, 0xaf, 0xe0, 0x80, 0xaf)],
    ['a character and the escape of another byte', Buffer.concat([Buffer.from('𐀀'), Buffer.of(0x80)])],
    ['every byte', Buffer.from(Array.from({ length: 255 }, (_, at) => at + 1))],
    ['nothing', Buffer.alloc(0)],
  ])('keep %s, in JSON too', (_, bytes) => {
    expect(bytesOf(nameOf(bytes))).toEqual(bytes);
    expect(bytesOf(JSON.parse(JSON.stringify(nameOf(bytes))) as string)).toEqual(bytes);
  });

  it('are plain text where they are UTF-8', () => {
    expect(nameOf(Buffer.from('grüße'))).toBe('grüße');
    expect(onDisk('grüße')).toBe('grüße');
    expect(shownName('grüße')).toBe('grüße');
  });

  it('are bytes for the file system, and readable for people, where they are not', () => {
    const bytes = Buffer.from('caf\xe9.txt', 'latin1');
    expect(onDisk(nameOf(bytes))).toEqual(bytes);
    expect(shownName(nameOf(bytes))).toBe('caf\\xe9.txt');
  });
});
