import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { ROOT } from '../support/cli.js';

// The rig may have to make images and the corpus first.
it('our reader of ELF files says what readelf says, for every machine and byte order', async () => {
  const { stdout } = await promisify(execFile)(path.join(ROOT, 'script/compare-readelf'), ['--sample'], {
    maxBuffer: 1 << 26,
  });
  const lines = stdout.trimEnd().split('\n');
  process.stderr.write(`reader and readelf: ${lines.slice(-4).join('; ')}\n`);
  expect(lines.at(-1)).toMatch(/^\d+ files, 0 differences$/);
  expect(Number.parseInt(lines.at(-1) ?? '', 10)).toBeGreaterThan(300);
  // Two of 64 bits, two of 32, and one big endian.
  for (const machine of ['x86_64', 'aarch64', '386', 'arm', 's390']) expect(stdout).toContain(` ${machine} library`);
}, 1_200_000);
