import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { elfFiles } from './files.js';
import { fuzz } from './fuzzing.js';
import { originalOf } from './mutate.js';
import { everything } from '../../unit/audit/support/everything.js';
import { LAYOUTS } from '../../unit/audit/support/numbers.js';

const LARGEST = 256 * 1024;

/** @returns the exit status: 0 when all inputs were read or refused as they should be */
export async function main([count = '200000', seed = String(Date.now() % 2 ** 32), ...paths]: readonly string[]) {
  const files = await elfFiles(paths.length > 0 ? paths : ['/usr/bin', '/usr/lib']);
  const small = files.filter((file) => statSync(file).size <= LARGEST);
  const originals = [
    ...LAYOUTS.map(([name, layout]) => originalOf(name, everything(layout).bytes)),
    ...small.map((file) => originalOf(file, readFileSync(file))),
  ];
  console.log(`seed ${seed}, ${String(originals.length)} files of at most 256 KiB`);
  const started = performance.now();
  const { inputs, read, refused, slowest, memory, failure } = fuzz(originals, Number(count), Number(seed));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const codes = [...refused].sort().map(([code, times]) => `${String(times)} ${code}`);
  console.log(
    [`${String(read)} read`, ...codes, `slowest ${slowest.toFixed(0)} ms`, `${memory.toFixed(0)} MiB more`].join(', '),
  );
  if (failure) {
    const saved = path.join(mkdtempSync(path.join(tmpdir(), 'mix-release-fuzz-')), 'input');
    writeFileSync(saved, failure.bytes);
    console.log(`${failure.what}: input ${String(inputs)}, made of ${failure.name}, saved as ${saved}`);
  }
  console.log(`${String(inputs)} inputs, ${failure ? '1' : '0'} failures, ${seconds} s`);
  return failure ? 1 : 0;
}
