import { Writable } from 'node:stream';

/** Bytes in front of each frame: which stream it is of, three of nothing, and its length. */
const HEADER = 8;
const STDERR = 2;

/**
 * Takes the stream of a command apart into what it prints and what it prints as errors, as it comes. It fails with
 * ECONNRESET where the stream ends within a frame: the connection then broke.
 */
export function separateStreams(stdout: Writable, stderr: Writable): Writable {
  const header = Buffer.alloc(HEADER);
  let headerBytes = 0;
  let left = 0;
  const take = (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const copied = chunk.copy(header, headerBytes, at, at + HEADER - headerBytes);
        headerBytes += copied;
        at += copied;
        if (headerBytes < HEADER) return;
        left = header.readUInt32BE(4);
        headerBytes = left === 0 ? 0 : HEADER;
        continue;
      }
      const content = chunk.subarray(at, at + left);
      (header[0] === STDERR ? stderr : stdout).write(content);
      at += content.length;
      left -= content.length;
      if (left === 0) headerBytes = 0;
    }
  };
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
    final(done) {
      const broken = Object.assign(new Error('the output of a command broke off'), { code: 'ECONNRESET' });
      done(headerBytes > 0 ? broken : null);
    },
  });
}
