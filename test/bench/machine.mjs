// What changes how Mix runs in the container, each beside the same without it: a cold build of the generated project.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { asOptions, build, docker, removeState, target } from './engine.mjs';
import { check, inTurn, temporary } from './measure.mjs';
import { checkoutOf } from './projects.mjs';

const FORKY = 'hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky-20260801-slim';
const TOGETHER = 'mix do deps.get, deps.compile, compile, release --overwrite';
const APART = 'mix deps.get && mix deps.compile && mix compile && mix release --overwrite';
const QUIET = '+sbwt none +sbwtdcpu none +sbwtdio none';

/** Two ways to run it: a command, variables, and options of `docker run`. */
const COMPARED = {
  'one-machine': [{ script: TOGETHER }, { script: APART }],
  'busy-waiting': [{ env: { ERL_FLAGS: QUIET } }, {}],
  schedulers: [{ env: { ERL_FLAGS: '+S 4:4' } }, {}],
  'in-memory': [{ options: ['--tmpfs', '/app/_build:exec'] }, {}],
};

/** Runs Mix in a container with the checkout mounted. */
async function mix(project, image, { script = TOGETHER, env = {}, options = [] }) {
  return temporary(async (directory) => {
    const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
    const mount = ['--volume', `${checkout}:/app`, ...options, '--workdir', '/app', '--env', 'MIX_ENV=prod'];
    const started = performance.now();
    const release = `_build/prod/rel/${project.name}/releases`;
    const whole = `${script} >/dev/null && cp -r ${release} /app/seen`;
    const variables = asOptions({ ...project.env, ...env });
    await docker('run', '--rm', '--user', '0', ...mount, ...variables, image, 'sh', '-c', whole);
    const seconds = (performance.now() - started) / 1000;
    check((await readdir(path.join(checkout, 'seen'))).includes('start_erl.data'), 'there is no release');
    return { seconds };
  });
}

/** A cold build of ours with an Elixir that can compile dependencies in several processes. */
async function partitioned(project, ...options) {
  return temporary(async (directory) => {
    const checkout = await checkoutOf(project, path.join(directory, 'checkout'));
    await removeState();
    const elixir = ['--target', target, '--image', FORKY, ...asOptions(project.env)];
    const built = await build(checkout, path.join(directory, 'out'), ...elixir, ...options);
    check(built.release.probe.elixir.startsWith('1.20.'), `built with Elixir ${built.release.probe.elixir}`);
    return built;
  });
}

async function partitions(project, { runs }) {
  // The builder image is there after this.
  await partitioned(project);
  return inTurn(runs, {
    ours: () => partitioned(project, '--deps-partitions', '2'),
    other: () => partitioned(project),
  });
}

export async function machine(context) {
  const { runs, image, projects, wants } = context;
  const rows = {};
  const project = await projects.get('generated');
  for (const [id, [one, other]] of Object.entries(COMPARED)) {
    if (!wants(id)) continue;
    rows[id] = await inTurn(runs, { ours: () => mix(project, image, one), other: () => mix(project, image, other) });
  }
  if (wants('partitions')) rows.partitions = await partitions(project, context);
  return Object.fromEntries(
    Object.entries(rows).map(([id, { ours, other }]) => [id, { ours: ours.seconds, other: other.seconds }]),
  );
}
