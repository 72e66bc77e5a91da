import { describe, expect, it } from '@jest/globals';
import { finished } from 'node:stream/promises';
import { splitLines } from '../../../src/engine/lines.js';

async function linesOf(chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const stream = splitLines((line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  await finished(stream.end());
  return lines;
}

describe('splitLines', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['whole lines', ['one\ntwo\n'], ['one', 'two']],
    ['a line over several chunks', ['o', 'n', 'e\ntw', 'o\n'], ['one', 'two']],
    ['a last line without its end', ['one\ntwo'], ['one', 'two']],
    ['empty lines', ['\n\none\n\n'], ['', '', 'one', '']],
    ['CRLF', ['one\r\ntwo\r\n'], ['one', 'two']],
    ['CRLF split between its bytes', ['one\r', '\ntwo\r'], ['one', 'two']],
    ['a carriage return inside a line', ['10%\r20%\n'], ['10%\r20%']],
    ['nothing', [], []],
    ['empty chunks', ['', 'one', '', '\n'], ['one']],
  ])('takes %s', async (_, chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('gives a line as soon as it is whole', () => {
    const lines: string[] = [];
    const stream = splitLines((line) => lines.push(line));
    stream.write('one\ntw');
    expect(lines).toEqual(['one']);
  });

  it.each(['grüße', '日本語', '👩‍🚀 go'])('puts %s together again, whatever byte it is split at', async (text) => {
    const bytes = Buffer.from(`${text}\n${text}`);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(await linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual([text, text]);
    }
    expect(await linesOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual([text, text]);
  });

  it('takes all 256 byte values, one at a time and at once, and loses no ASCII', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const atOnce = await linesOf([bytes]);
    const apart = await linesOf([...bytes].map((byte) => Buffer.from([byte])));
    expect(apart).toEqual(atOnce);
    expect(atOnce).toHaveLength(2);
    expect(atOnce[1]).toContain('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(atOnce[1]).toContain('\ufffd');
  });

  it('keeps a long line whole', async () => {
    const long = 'x'.repeat(1_000_000);
    expect(await linesOf([`${long}\n`])).toEqual([long]);
  });
});
