// Packing a tree of 500 MB, beside tar.
import { build as bundle } from 'esbuild';
import { randomFillSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { libraries } from './audit.mjs';
import { requireCommand, root } from './engine.mjs';
import { check, inTurn, measure, temporary } from './measure.mjs';

const MB = 1000 * 1000;
const TOTAL = 500 * MB;
/** What is packed: machine code, as near to this as there is, what cannot be compressed, and for the rest text. */
const SHARES = { libraries: 300 * MB, random: 100 * MB };

const THEIRS = { 'tar.gz': ['czf'], 'tar.zst': ['--zstd', '-cf'] };

async function fill(directory) {
  await mkdir(path.join(directory, 'lib'), { recursive: true });
  const { chosen, bytes } = await libraries(400, SHARES.libraries);
  for (const [index, file] of chosen.entries()) await cp(file, path.join(directory, `lib/${String(index)}.so`));
  const left = TOTAL - SHARES.random - bytes;
  const text = await copyTexts(path.join(root, 'node_modules'), path.join(directory, 'text'), left);
  await mkdir(path.join(directory, 'random'));
  for (let file = 0; file < 100; file += 1) {
    await writeFile(
      path.join(directory, `random/${String(file)}.bin`),
      randomFillSync(Buffer.alloc(SHARES.random / 100)),
    );
  }
  const total = bytes + text + SHARES.random;
  check(Math.abs(total - TOTAL) < 5 * MB, `the tree has ${String(total)} bytes`);
  return `${String(Math.round(bytes / MB))} MB of shared libraries, ${String(Math.round(text / MB))} MB of text, ${String(SHARES.random / MB)} MB of random bytes`;
}

/** Copies JavaScript, declarations and documentation of packages until there are as many bytes. */
async function copyTexts(from, to, wanted) {
  await mkdir(to);
  let bytes = 0;
  let files = 0;
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:js|ts|md)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { size } = await stat(file);
    if (size < 1000 || bytes + size > wanted) continue;
    await cp(file, path.join(to, `${String((files += 1))}-${entry.name}`));
    if ((bytes += size) > wanted - MB) break;
  }
  return bytes;
}

/** Two levels below the root, where the bundle finds what it does not hold. */
async function bundled(use) {
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const place = await mkdtemp(path.join(root, '.cache/bench-'));
  try {
    const outfile = path.join(place, 'pack.mjs');
    const entry = path.join(root, 'test/bench/pack.ts');
    const settings = { bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node24' };
    await bundle({ entryPoints: [entry], outfile, ...settings, logLevel: 'warning' });
    return await use(outfile);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Sees that a tarball holds the tree. */
async function checkSame(tree, tarball, directory) {
  await mkdir(directory);
  await measure('tar', ['--extract', '--file', tarball, '--directory', directory]);
  await measure('diff', ['--recursive', '--brief', tree, directory]);
  await rm(directory, { recursive: true });
}

async function pack(format, { runs, tree, content, program, directory }) {
  const files = { ours: path.join(directory, `ours.${format}`), other: path.join(directory, `other.${format}`) };
  const removed = async (side) => rm(files[side], { force: true });
  const { ours, other } = await inTurn(runs, {
    ours: async () => {
      await removed('ours');
      return measure(process.execPath, [program, tree, files.ours, format]);
    },
    other: async () => {
      await removed('other');
      return measure('tar', [...THEIRS[format], files.other, '-C', tree, '.']);
    },
  });
  const sizes = {};
  for (const [side, file] of Object.entries(files)) {
    await checkSame(tree, file, path.join(directory, 'unpacked'));
    sizes[side] = (await stat(file)).size / MB;
    await removed(side);
  }
  const remark = `Of ${content}, ours has ${sizes.ours.toFixed(0)} MB, the other ${sizes.other.toFixed(0)} MB.`;
  return { ours: ours.seconds, other: other.seconds, remark };
}

export async function packing({ runs, wants }) {
  const formats = Object.keys(THEIRS).filter((format) => wants(`pack-${format}`));
  if (formats.length === 0) return {};
  if (formats.includes('tar.zst')) await requireCommand('zstd', 'zstd');
  return temporary(async (directory) => {
    const tree = path.join(directory, 'tree');
    const content = await fill(tree);
    return bundled(async (program) => {
      const rows = {};
      for (const format of formats)
        rows[`pack-${format}`] = await pack(format, { runs, tree, content, program, directory });
      return rows;
    });
  });
}
