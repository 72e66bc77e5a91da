import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readElf, readElfFile } from '../../../src/audit/elf/elf.js';
import { ElfError } from '../../../src/audit/elf/error.js';
import { bufferSource, openFile, type Source } from '../../../src/audit/elf/source.js';
import { assemble } from './support/assembler.js';

const { bytes } = assemble({ interpreter: '/lib/ld.so', needed: ['libc.so.6'], soname: 'x' });
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'mix-release-elf-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function saved(name: string, content: Buffer): string {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  return file;
}

describe('a file on disk', () => {
  it('reads as the same bytes in memory do', () => {
    expect(readElfFile(saved('whole', bytes))).toEqual(readElf(bufferSource(bytes)));
  });

  it('is read in parts, each once', () => {
    const large = Buffer.concat([bytes, Buffer.alloc(10_000_000)]);
    using file = openFile(saved('large', large));
    const reads: (readonly [number, number])[] = [];
    const source: Source = {
      size: file.size,
      read: (offset, length) => {
        reads.push([offset, length]);
        return file.read(offset, length);
      },
    };
    expect(readElf(source).needed).toEqual(['libc.so.6']);
    expect(reads).toEqual([[0, 16384]]);
  });

  it('that becomes shorter meanwhile is truncated', () => {
    const name = saved('shrinking', bytes);
    using file = openFile(name);
    truncateSync(name, 100);
    expect(() => readElf(file)).toThrow(expect.objectContaining({ name: 'ElfError', code: 'truncated', offset: 100 }));
  });

  it('that is a directory or a named pipe counts as empty', () => {
    const pipe = path.join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const name of [directory, pipe]) {
      expect(() => readElfFile(name)).toThrow(expect.objectContaining({ name: 'ElfError', code: 'not-elf' }));
    }
  });

  it('that is not there ends with the error of the file system', () => {
    const read = (): unknown => readElfFile(path.join(directory, 'none'));
    expect(read).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(read).not.toThrow(ElfError);
  });
});
