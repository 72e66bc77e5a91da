// The audit of a release, beside a shell loop of readelf over its files of machine code.
import { cp, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cli, requireCommand } from './engine.mjs';
import { check, inTurn, measure, temporary } from './measure.mjs';

const FILES = 200;
const BYTES = 150 * 1000 * 1000;

/** What a person would write to ask the same of each file: machine, loader, libraries, versions, functions. */
const LOOP = `for file in "$1"/*; do
  readelf -hW "$file" | grep Machine
  readelf -lW "$file" | grep -E 'interpreter|GNU_STACK'
  readelf -dW "$file" | grep -E 'NEEDED|SONAME|R(UN)?PATH'
  readelf -VW "$file" | grep -oE '(GLIBC|GLIBCXX|CXXABI|GCC)_[0-9.]+'
  readelf -W --dyn-syms "$file" | grep -E ' UND (enif_|driver_|erl_drv_)'
done > /dev/null; true`;

/** Shared libraries of this machine: those nearest to the size that as many need to be as large together. */
export async function libraries(files, wantedBytes) {
  const found = [];
  for (const directory of ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64']) {
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isFile() || !/\.so(?:\.|$)/.test(entry.name)) continue;
      const file = path.join(directory, entry.name);
      if (await isElf(file)) found.push({ file, size: (await stat(file)).size, times: 0 });
    }
  }
  check(found.length > 0, 'this machine has no shared libraries where they are looked for');
  const chosen = [];
  let bytes = 0;
  // One that was taken already counts as ever farther away.
  const distance = ({ size, times }, wanted) => Math.abs(size - wanted) + times * wantedBytes;
  while (chosen.length < files) {
    // The next is to be as large as the mean of what is left; a file may come again when there are few.
    const wanted = (wantedBytes - bytes) / (files - chosen.length);
    const next = found.reduce((best, each) => (distance(each, wanted) < distance(best, wanted) ? each : best));
    next.times += 1;
    chosen.push(next.file);
    bytes += next.size;
  }
  return { chosen, bytes };
}

async function isElf(file) {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === '\x7fELF';
  } finally {
    await handle.close();
  }
}

export async function audit({ runs, wants }) {
  if (!wants('audit')) return {};
  // The loop would be very fast without it.
  await requireCommand('readelf', 'binutils');
  return temporary(async (directory) => {
    const { chosen, bytes } = await libraries(FILES, BYTES);
    check(Math.abs(bytes - BYTES) < BYTES / 20, `the libraries have ${String(bytes)} bytes`);
    const priv = path.join(directory, 'lib/app-1/priv');
    await mkdir(priv, { recursive: true });
    await mkdir(path.join(directory, 'releases'));
    await writeFile(path.join(directory, 'releases/start_erl.data'), '15.2.7 1');
    for (const [index, file] of chosen.entries()) await cp(file, path.join(priv, `${String(index)}.so`));
    const { ours, other } = await inTurn(runs, {
      // Such libraries need others that are not there: errors are expected.
      ours: async () => {
        const audited = await measure(process.execPath, [cli, 'audit', directory, '--json'], { statuses: [0, 6] });
        check(JSON.parse(audited.stdout).files.length === FILES, 'the audit has not seen every file');
        return audited;
      },
      other: () => measure('sh', ['-c', LOOP, 'sh', priv]),
    });
    return { audit: { ours: ours.seconds, other: other.seconds } };
  });
}
