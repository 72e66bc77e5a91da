import { describe, expect, it, jest } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { consumeProgress, type ProgressEvent } from '../../../src/engine/progress.js';

// An answer that is waited for though it has ended is a failure that is seen soon.
jest.setTimeout(5_000);

async function eventsOf(chunks: readonly (string | Buffer)[]): Promise<readonly ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  await consumeProgress(Readable.from(chunks, { objectMode: false }), (event) => events.push(event));
  return events;
}

describe('followed', () => {
  it.each<[string, readonly string[], readonly ProgressEvent[]]>([
    ['nothing', [], []],
    ['one event a line', ['{"stream":"a"}\n{"stream":"b"}\n'], [{ stream: 'a' }, { stream: 'b' }]],
    ['lines that end as in HTTP', ['{"stream":"a"}\r\n{"stream":"b"}\r\n'], [{ stream: 'a' }, { stream: 'b' }]],
    ['a last line without its end', ['{"stream":"a"}\n{"stream":"b"}'], [{ stream: 'a' }, { stream: 'b' }]],
    ['blank lines', ['\n{"stream":"a"}\n\r\n  \n\n'], [{ stream: 'a' }]],
    ['an event over several chunks', ['{"str', 'eam":', '"a"}', '\n'], [{ stream: 'a' }]],
    [
      'several events in a chunk, the last cut',
      ['{"stream":"a"}\n{"st', 'ream":"b"}\n'],
      [...[{ stream: 'a' }, { stream: 'b' }]],
    ],
    ['the identifier of an image', ['{"aux":{"ID":"sha256:1"}}\n'], [{ aux: { ID: 'sha256:1' } }]],
    ['line ends in what is printed', ['{"stream":"a\\nb\\n"}\n'], [{ stream: 'a\nb\n' }]],
  ])('gives %s', async (_, chunks, events) => {
    expect(await eventsOf(chunks)).toEqual(events);
  });

  it.each(['grüße', '日本語', '👩‍🚀'])('puts %s together again, whatever byte it is split at', async (text) => {
    const bytes = Buffer.from(`${JSON.stringify({ stream: text })}\n`);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(await eventsOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual([{ stream: text }]);
    }
  });

  it('needs nobody who listens', async () => {
    await expect(consumeProgress(Readable.from(['{"stream":"a"}\n']))).resolves.toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['an error', '{"error":"no space left"}\n', 'no space left'],
    ['an error with its detail', '{"errorDetail":{"code":1,"message":"x"},"error":"exit 1"}\n', 'exit 1'],
    ['an error as the last word', '{"stream":"a"}\n{"error":"exit 1"}', 'exit 1'],
    ['an error in the middle', '{"error":"exit 1"}\n{"stream":"b"}\n', 'exit 1'],
    ['two errors, by the first', '{"error":"one"}\n{"error":"two"}\n', 'one'],
    ['the page of a proxy', '{"stream":"a"}\n<html>Bad gateway</html>\n', 'no event: <html>Bad gateway</html>'],
    ['an event that is cut off', '{"stream":"a"}\n{"stream":', 'no event: {"stream":'],
    ['no event but null', 'null\n{"stream":"a"}\n', 'no event: null'],
    ['no event but a number', '7\n', 'no event: 7'],
    ['no event but a text', '"a"\n', 'no event: "a"'],
  ])('fails for %s', async (_, text, says) => {
    const chunks = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    await expect(consumeProgress(Readable.from(chunks))).rejects.toThrow(says);
    await expect(consumeProgress(Readable.from([text]))).rejects.toThrow(says);
  });

  it('gives the events before an error', async () => {
    const events: ProgressEvent[] = [];
    const answer = Readable.from(['{"stream":"a"}\n{"error":"exit 1"}\n']);
    await expect(consumeProgress(answer, (event) => events.push(event))).rejects.toThrow('exit 1');
    expect(events[0]).toEqual({ stream: 'a' });
  });

  it('does not repeat more of what is no event than a person reads', async () => {
    const failure = await consumeProgress(Readable.from(['x'.repeat(100_000)])).catch((error: unknown) =>
      String(error),
    );
    expect(failure).toContain('xxx');
    expect(String(failure).length).toBeLessThan(400);
  });

  it('gives an event as soon as its line is there', async () => {
    const answer = new PassThrough();
    const events: ProgressEvent[] = [];
    const end = consumeProgress(answer, (event) => events.push(event));
    answer.write('{"stream":"a"}\n{"str');
    await new Promise(setImmediate);
    expect(events).toEqual([{ stream: 'a' }]);
    answer.end('eam":"b"}\n');
    await end;
    expect(events).toEqual([{ stream: 'a' }, { stream: 'b' }]);
  });

  it.each([
    ['before its first event', []],
    ['after an event', ['{"stream":"a"}\n']],
    ['in the middle of an event', ['{"stream":"a"}\n{"str']],
  ])('fails for an answer that breaks off %s', async (_, chunks) => {
    const answer = new PassThrough();
    const end = consumeProgress(answer);
    for (const chunk of chunks) answer.write(chunk);
    setImmediate(() => answer.destroy(new Error('read ECONNRESET')));
    await expect(end).rejects.toThrow('read ECONNRESET');
  });

  it('fails for an answer that is closed before its end', async () => {
    const answer = new PassThrough();
    const end = consumeProgress(answer);
    answer.write('{"stream":"a"}\n');
    setImmediate(() => answer.destroy());
    await expect(end).rejects.toThrow(/premature close/i);
  });
});
