import { StringDecoder } from 'node:string_decoder';
import { Writable } from 'node:stream';

/** Lines that are handed on, of which the last are kept for the error of what printed them. */
export interface KeptLines {
  readonly say: (line: string) => void;
  /** Oldest first. */
  readonly last: readonly string[];
}

/** @param count - how many lines are kept at the most */
export function keepLast(count: number, onLine: (line: string) => void): KeptLines {
  const last: string[] = [];
  const say = (line: string): void => {
    last.push(line);
    if (last.length > count) last.shift();
    onLine(line);
  };
  return { say, last };
}

/** A stream that hands over each line written to it, without its line end; a last line without one counts. */
export function splitLines(onLine: (line: string) => void): Writable {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(/\r$/, ''));
      done();
    },
    final(done) {
      const last = rest + decoder.end();
      if (last !== '') onLine(last.replace(/\r$/, ''));
      done();
    },
  });
}
