// What is done often: starting the program, planning, finding the builder; and running a release once.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { base, build, cli, root, target, tried } from './engine.mjs';
import { check, inTurn, measure, temporary } from './measure.mjs';

async function startUp(runs) {
  const { ours } = await inTurn(2 * runs + 1, { ours: () => measure(process.execPath, [cli, '--version']) });
  return { ours: ours.seconds * 1000, runs: 2 * runs + 1 };
}

/** Which image, and what it is; a user would start the image that they know the name of. */
async function planAndProbe(runs) {
  const versions = ['--elixir-version', '1.18.3', '--otp-version', '27.3.4.1', '--os', 'debian:trixie'];
  const args = [cli, 'plan', path.join(root, 'examples/hello'), '--target', target, ...versions, '--probe', '--json'];
  const { ours, other } = await inTurn(runs, {
    ours: async () => {
      const planned = await measure(process.execPath, args);
      check(JSON.parse(planned.stdout).probe.elixir === '1.18.3', 'the image was not probed');
      return planned;
    },
    other: async () => {
      const asked = await measure('docker', ['run', '--rm', base, 'elixir', '--version']);
      check(asked.stdout.includes('1.18.3'), `elixir --version says ${asked.stdout}`);
      return asked;
    },
  });
  return { ours: ours.seconds, other: other.seconds };
}

/** The stage of a build that finds the builder image and starts it. */
async function builderStage(runs) {
  return temporary(async (output) => {
    await build(path.join(root, 'examples/hello'), output);
    const { ours } = await inTurn(runs, { ours: () => build(path.join(root, 'examples/hello'), output) });
    return { ours: ours.stages.builder, other: ours.seconds, stages: ours.stages };
  });
}

/** What running the release adds to a build, by the stage's own time, beside the same commands by hand. */
async function smokeStage(runs) {
  const project = path.join(root, 'examples/nif');
  return temporary(async (output) => {
    // The image is there after the first one.
    let { release } = await tried(project, output);
    const { ours, other } = await inTurn(runs, {
      ours: async () => {
        const built = await tried(project, output);
        release = built.release;
        return { ...built, seconds: built.stages.smoke };
      },
      other: () => smokeByHand(release.smoke.image, release.tarball),
    });
    return { ours: ours.seconds, other: other.seconds };
  });
}

async function smokeByHand(image, tarball) {
  const script = [
    'mkdir /tmp/app; tar xz -C /tmp/app',
    'cd /tmp/app; export HOME=/tmp LANG=C.UTF-8; bin/nif eval "IO.puts(1)"; bin/nif start &',
    'until bin/nif rpc "IO.puts(Nif.add(40, 2))" 2>/dev/null; do sleep 0.2; done; bin/nif stop; wait',
  ].join('\n');
  const options = ['--rm', '--interactive', '--init', '--network', 'none', '--add-host', 'hand:127.0.0.1'];
  const file = await open(tarball);
  try {
    const stdio = [file.fd, 'pipe', 'pipe'];
    const ran = await measure('docker', ['run', ...options, '--hostname', 'hand', image, 'sh', '-c', script], {
      stdio,
    });
    check(ran.stdout.includes('42'), `the release answered ${ran.output}`);
    return ran;
  } finally {
    await file.close();
  }
}

const MEASURED = { start: startUp, plan: planAndProbe, 'builder-stage': builderStage, smoke: smokeStage };

export async function small({ runs, wants }) {
  const rows = {};
  for (const [id, measured] of Object.entries(MEASURED)) if (wants(id)) rows[id] = await measured(runs);
  return rows;
}
