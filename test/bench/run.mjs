// npm run bench [-- --json FILE] [-- --runs N] [-- --only CASE]...: ours beside what a user would run instead, in one run,
// in turn; medians and ratios. Writes the figures' section of docs/benchmarks.md. Figures are of this machine; only the
// ratios mean anything elsewhere.
import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { audit } from './audit.mjs';
import { builds } from './builds.mjs';
import { CASES } from './cases.mjs';
import { openDocument, reached, updateDocument } from './document.mjs';
import { builderImage, docker, removeState, root } from './engine.mjs';
import { freshRunners } from './fresh.mjs';
import { growth } from './growth.mjs';
import { machine } from './machine.mjs';
import { temporary } from './measure.mjs';
import { packing } from './packing.mjs';
import { projects } from './projects.mjs';
import { small } from './small.mjs';
import { targets } from './targets.mjs';

const GROUPS = { small, audit, builds, fresh: freshRunners, machine, packing, growth, targets };

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    document: { type: 'string', default: path.join(root, 'docs/benchmarks.md') },
  },
});
const runs = Number(flags.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is ${flags.runs}`);
const ids = CASES.map(({ id }) => id);
const unknown = (flags.only ?? []).filter((id) => !ids.includes(id));
if (unknown.length > 0) throw new Error(`no case ${unknown.join(', ')}; there are ${ids.join(', ')}`);
// Better found now than when everything was measured.
await openDocument(flags.document);
const wants = (id) => !flags.only || flags.only.includes(id);

async function seenOn() {
  const engine = await docker('version', '--format', '{{.Server.Version}}');
  const machine = `${platform()} ${arch()}, ${String(availableParallelism())} processors (${cpus()[0].model.trim()})`;
  return `on ${new Date().toISOString().slice(0, 10)}, on ${machine}, with Docker ${engine} and Node ${process.versions.node}`;
}

/** Measures a group, and tells each row; gives the rows, and what the group failed with. */
async function measured(name, context, seen) {
  const wanted = CASES.filter(({ group, id }) => group === name && wants(id));
  if (wanted.length === 0) return { rows: {} };
  try {
    const started = performance.now();
    const found = await GROUPS[name](context);
    const rows = {};
    for (const each of wanted) {
      if (!found[each.id]) throw new Error(`${each.id} was not measured`);
      const row = { id: each.id, runs, seen, ...found[each.id] };
      rows[each.id] = row;
      tell(each, row);
    }
    console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    return { rows };
  } catch (error) {
    console.error(`${name}: ${error.stack}`);
    return { rows: {}, failed: name };
  }
}

function tell(each, row) {
  const ratio = row.other === undefined ? '' : ` | ${(row.ours / row.other).toFixed(3)} of ${row.other.toFixed(3)}`;
  const verdict = { true: 'reached', false: 'MISSED' }[reached({ ...each, row })] ?? 'shown';
  console.log(`${each.id}: ${row.ours.toFixed(3)}${ratio} | ${each.reach?.text ?? ''} ${verdict}`);
  for (const [side, stages] of [
    ['ours', row.stages],
    ['other', row.otherStages],
  ]) {
    const times = Object.entries(stages ?? {}).map(([stage, seconds]) => `${stage} ${seconds.toFixed(2)}`);
    if (times.length > 0) console.log(`  ${side}: ${times.join(', ')}`);
  }
  for (const { size, seconds, own, peak } of row.steps ?? []) {
    const figures = [`${seconds.toFixed(2)} s`, `ours ${own.toFixed(2)} s`, `${peak.toFixed(0)} MB`];
    console.log(`  ${String(size)}: ${figures.join(', ')}`);
  }
  if (row.remark) console.log(`  ${row.remark}`);
}

const rows = {};
const failed = [];
await temporary(async (directory) => {
  const image = await builderImage();
  const seen = await seenOn();
  const sources = projects(image, directory);
  try {
    for (const name of Object.keys(GROUPS)) {
      const result = await measured(name, { runs, image, projects: sources, wants }, seen);
      Object.assign(rows, result.rows);
      if (result.failed) failed.push(result.failed);
    }
  } finally {
    await sources.stop();
    await removeState();
  }
});
if (flags.json) await writeFile(flags.json, `${JSON.stringify(Object.values(rows), null, 2)}\n`);
await updateDocument(flags.document, rows);
if (failed.length > 0) {
  console.error(`not measured: ${failed.join(', ')}`);
  process.exitCode = 1;
}
