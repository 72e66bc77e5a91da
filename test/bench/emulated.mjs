// The same build for another architecture, by emulation, beside the one for this machine's.
import path from 'node:path';
import { build, removeState } from './engine.mjs';
import { check, inTurn, temporary } from './measure.mjs';
import { checkoutOf, checkTarball } from './projects.mjs';

const ARM64 = 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';
const FOREIGN = ['--target', 'aarch64-unknown-linux-gnu', '--method', 'emulate', '--image', ARM64];
/** An emulated build takes a minute. */
const RUNS = 3;

async function cold(project, machine, ...options) {
  return temporary(async (directory) => {
    const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
    await removeState();
    const built = await build(checkout, path.join(directory, 'out'), ...options);
    const { machine: seen } = built.release.probe;
    check(seen === machine, `built on ${seen}`);
    await checkTarball(project, built.release.tarball, 'mark_0');
    return built;
  });
}

export async function emulated({ runs, projects, wants }) {
  if (!wants('emulated')) return {};
  const project = await projects.get('nif');
  // The builder image is there after this.
  await cold(project, 'aarch64', ...FOREIGN);
  const { ours, other } = await inTurn(Math.min(runs, RUNS), {
    ours: () => cold(project, 'aarch64', ...FOREIGN),
    other: () => cold(project, 'x86_64'),
  });
  const row = { ours: ours.seconds, other: other.seconds, stages: ours.stages, otherStages: other.stages };
  return { emulated: { ...row, runs: Math.min(runs, RUNS) } };
}
