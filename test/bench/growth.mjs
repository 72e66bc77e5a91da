// How time and memory grow with the release: by the number of its files, and by its bytes.
import { randomFillSync } from 'node:crypto';
import { cp, mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, removeState, root } from './engine.mjs';
import { check, measure, median, temporary } from './measure.mjs';

const MB = 1000 * 1000;
/** Bytes of each of many files: a template, an icon, a translation. */
const SMALL = 4096;
/** Files that many bytes are in. */
const LARGE = 8;
/** The largest of them takes a minute. */
const RUNS = 3;
/** Stages that move, read or pack the release, and not Mix, which copies it, too. */
const OWN = ['sources', 'tree', 'audit', 'tarball'];

const SCALES = {
  'growth-files': { unit: 'files', sizes: [100, 1000, 10_000], fill: manyFiles },
  'growth-bytes': { unit: 'MB', sizes: [10, 100, 1000], fill: manyBytes },
};

/** A hundred files a directory. */
async function manyFiles(directory, count) {
  for (let file = 0; file < count; file += 1) {
    const place = path.join(directory, String(Math.floor(file / 100)));
    if (file % 100 === 0) await mkdir(place);
    await writeFile(path.join(place, `${String(file % 100)}.bin`), randomFillSync(Buffer.alloc(SMALL)));
  }
}

async function manyBytes(directory, megabytes) {
  const chunk = Buffer.alloc(MB / 8);
  for (let file = 0; file < LARGE; file += 1) {
    const handle = await open(path.join(directory, `${String(file)}.bin`), 'w');
    for (let at = 0; at < megabytes; at += 1) await handle.write(randomFillSync(chunk));
    await handle.close();
  }
}

/** Builds of a release with so much in `priv`, by turns of the sizes. */
async function grow({ sizes, fill, unit }, runs) {
  return temporary(async (directory) => {
    const places = [];
    for (const size of sizes) {
      const project = path.join(directory, String(size), 'project');
      await cp(path.join(root, 'test/fixtures/bigpriv'), project, { recursive: true });
      await mkdir(path.join(project, 'priv/big'), { recursive: true });
      await fill(path.join(project, 'priv/big'), size);
      places.push({ size, project, output: path.join(directory, String(size), 'out'), seen: [] });
    }
    await removeState();
    // What is compiled once is not what packageFamily.
    await build(places[0].project, places[0].output);
    for (let run = 0; run < runs; run += 1) {
      for (const place of places) place.seen.push(await once(place, unit));
    }
    await removeState();
    return places.map(({ size, seen }) => ({
      size,
      seconds: median(seen.map(({ seconds }) => seconds)),
      own: median(seen.map(({ stages }) => OWN.reduce((sum, stage) => sum + stages[stage], 0))),
      peak: Math.max(...seen.map(({ peak }) => peak)),
    }));
  });
}

async function once({ project, output, size }, unit) {
  const built = await build(project, output);
  const { stdout } = await measure('tar', ['--list', '--verbose', '--file', built.release.tarball]);
  const packed = stdout.match(/^-\S+ \S+ +\d+ .* lib\/bigpriv-[^/]+\/priv\/big\/.*$/gm) ?? [];
  const bytes = packed.reduce((sum, line) => sum + Number(line.split(/ +/)[2]), 0);
  const wanted = unit === 'files' ? { files: size, bytes: size * SMALL } : { files: LARGE, bytes: size * MB };
  check(
    packed.length === wanted.files && bytes === wanted.bytes,
    `the tarball has ${String(packed.length)} files of ${String(bytes)} bytes`,
  );
  return built;
}

/** Seconds of our own that each further file or MB takes, from one size to the next. */
function slopes(steps) {
  return steps.slice(1).map(({ size, own }, at) => (own - steps[at].own) / (size - steps[at].size));
}

export async function growth({ runs, wants }) {
  const rows = {};
  for (const [id, scale] of Object.entries(SCALES)) {
    if (!wants(id) && !wants('memory')) continue;
    const steps = await grow(scale, Math.min(runs, RUNS));
    const [before, after] = slopes(steps);
    rows[id] = { ours: after, other: before, runs: Math.min(runs, RUNS), unit: scale.unit, steps };
  }
  const peaks = Object.values(rows).flatMap(({ steps }) => steps.map(({ peak }) => peak));
  return { ...rows, memory: { ours: Math.max(...peaks), runs: Math.min(runs, RUNS) } };
}
