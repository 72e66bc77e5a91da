// Targets that are not this machine's own: by cross-assembly beside natively and beside emulation, and four in one run.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { asOptions, base, build, removeState, target } from './engine.mjs';
import { check, inTurn, median, temporary } from './measure.mjs';
import { change, checkoutOf, checkTarball } from './projects.mjs';

const ARM = 'aarch64-unknown-linux-gnu';
const IMAGES = {
  [target]: base,
  'x86_64-unknown-linux-musl': 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1',
  [ARM]: 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
  'aarch64-unknown-linux-musl': 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-alpine-3.22.1',
};
/** zig for musl is fetched from where this machine's own authorities may be needed. */
const TRUST = ['--ca-certificates', process.env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt'];
/** An emulated build takes a minute. */
const EMULATED_RUNS = 3;

const optionsFor = (...targets) => [
  ...targets.flatMap((each) => ['--target', each]),
  ...[...new Set([target, ...targets])].flatMap((each) => ['--image', `${each} => ${IMAGES[each]}`]),
];

const NATIVE = optionsFor(target);
const CROSS = optionsFor(ARM);
const EMULATED = ['--target', ARM, '--image', IMAGES[ARM], '--method', 'emulate'];
const FOUR = [...optionsFor(...Object.keys(IMAGES)), ...TRUST];
const ONE = [...NATIVE, ...TRUST];

/** A build without state of earlier ones. */
async function cold(project, method, options) {
  return temporary(async (directory) => {
    const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
    await removeState();
    const built = await build(checkout, path.join(directory, 'out'), ...asOptions(project.env), ...options);
    check(built.release.method === method, `built by ${built.release.method}`);
    await checkTarball(project, built.release.tarball, 'mark_0');
    return built;
  });
}

const coldSides = (project, runs) =>
  inTurn(runs, { ours: () => cold(project, 'cross', CROSS), other: () => cold(project, 'native', NATIVE) });

/** Each side has built before, in a checkout and with a state of its own. */
async function changedSides(project, runs) {
  return temporary(async (directory) => {
    await removeState();
    const sides = {};
    for (const [name, options] of Object.entries({ ours: CROSS, other: NATIVE })) {
      await mkdir(path.join(directory, name));
      const checkout = await checkoutOf(project, path.join(directory, name, 'checkout'));
      const again = () => build(checkout, path.join(directory, name, 'out'), ...asOptions(project.env), ...options);
      await again();
      sides[name] = async (run) => {
        await change(project, checkout, `mark_${String(run)}`);
        const built = await again();
        await checkTarball(project, built.release.tarball, `mark_${String(run)}`);
        return built;
      };
    }
    return inTurn(runs, sides);
  });
}

const rowOf = ({ ours, other }) => ({
  ...{ ours: ours.seconds, other: other.seconds, stages: ours.stages, otherStages: other.stages },
});

async function fourRows({ runs, projects, wants }) {
  if (!wants('four-cold') && !wants('four-memory')) return {};
  const project = await projects.get('generated');
  const peaks = [];
  // All images are there after this.
  await cold(project, 'native', FOUR);
  const sides = await inTurn(runs, {
    ours: async () => {
      const built = await cold(project, 'native', FOUR);
      peaks.push(built.peak);
      return built;
    },
    other: () => cold(project, 'native', ONE),
  });
  return { 'four-cold': rowOf(sides), 'four-memory': { ours: median(peaks) } };
}

export async function targets(context) {
  const { runs, projects, wants } = context;
  const rows = {};
  for (const kind of ['nif', 'generated']) {
    for (const [name, sides] of Object.entries({ cold: coldSides, changed: changedSides })) {
      const id = `cross-${name}-${kind}`;
      if (!wants(id)) continue;
      const project = await projects.get(kind);
      // The image with the compilers is there after this.
      await cold(project, 'cross', CROSS);
      rows[id] = rowOf(await sides(project, runs));
    }
  }
  if (wants('cross-emulated')) {
    const project = await projects.get('nif');
    const limited = Math.min(runs, EMULATED_RUNS);
    for (const [method, options] of Object.entries({ cross: CROSS, emulate: EMULATED }))
      await cold(project, method, options);
    const sides = await inTurn(limited, {
      ours: () => cold(project, 'cross', CROSS),
      other: () => cold(project, 'emulate', EMULATED),
    });
    rows['cross-emulated'] = { ...rowOf(sides), runs: limited };
  }
  return { ...rows, ...(await fourRows(context)) };
}
