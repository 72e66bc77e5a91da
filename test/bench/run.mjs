// npm run bench [-- --json FILE]: our build beside what a user would run instead, in one run, in turn; medians and
// ratios. Figures are of this machine; only the ratios mean anything elsewhere.
import { cp, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFillSync } from 'node:crypto';
import { audit } from './audit.mjs';
import { measure, median, temporary } from './measure.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cli = path.join(root, 'dist/cli.mjs');
const target = 'x86_64-unknown-linux-gnu';
const base = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';
const { values: flags } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '5' } },
});
const runs = Number(flags.runs);

const docker = async (...args) => (await measure('docker', args)).output.trim();

async function removeState() {
  const names = await docker('volume', 'ls', '--quiet', '--filter', 'label=mix-release.kind=state');
  for (const name of names.split('\n').filter(Boolean)) await docker('volume', 'rm', name);
}

const tried = (project, output, ...more) =>
  measure(process.execPath, [cli, 'build', project, '--target', target, '--image', base, '--output', output, ...more]);

// Nobody runs what was built by hand, either.
const build = (project, output, ...more) => tried(project, output, '--smoke-test', 'off', ...more);

/** What a user would write by hand, on the same image. */
async function byHand(image, project, output) {
  const script = 'mix deps.get && mix release';
  const mount = ['--volume', `${project}:/app`, '--workdir', '/app'];
  const started = performance.now();
  await docker('run', '--rm', '--user', '0', ...mount, '--env', 'MIX_ENV=prod', image, 'sh', '-c', script);
  await measure('tar', ['czf', path.join(output, 'nif.tar.gz'), '-C', path.join(project, '_build/prod/rel/nif'), '.']);
  return { seconds: (performance.now() - started) / 1000 };
}

async function coldBuild() {
  const ours = [];
  const hand = [];
  await temporary((output) => build(path.join(root, 'examples/nif'), output)); // The builder image is there after this.
  const planned = [cli, 'plan', path.join(root, 'examples/nif'), '--target', target, '--image', base, '--json'];
  const { builder: image } = JSON.parse((await measure(process.execPath, planned)).output);
  for (let run = 0; run < runs; run += 1) {
    await temporary(async (directory) => {
      await cp(path.join(root, 'examples/nif'), path.join(directory, 'ours'), { recursive: true });
      await cp(path.join(root, 'examples/nif'), path.join(directory, 'hand'), { recursive: true });
      await removeState();
      ours.push((await build(path.join(directory, 'ours'), path.join(directory, 'out'))).seconds);
      hand.push((await byHand(image, path.join(directory, 'hand'), directory)).seconds);
    });
  }
  const [a, b] = [median(ours), median(hand)];
  return {
    case: 'cold build of examples/nif, against docker run + tar czf',
    ours: a,
    other: b,
    ratio: a / b,
    reach: 1.15,
  };
}

async function memory() {
  return temporary(async (directory) => {
    const project = path.join(directory, 'project');
    await cp(path.join(root, 'test/fixtures/bigpriv'), project, { recursive: true });
    const chunk = Buffer.alloc(1 << 20);
    await measure('mkdir', ['-p', path.join(project, 'priv/big')]);
    for (let file = 0; file < 8; file += 1) {
      const handle = await open(path.join(project, `priv/big/${file}.bin`), 'w');
      for (let mb = 0; mb < 128; mb += 1) await handle.write(randomFillSync(chunk));
      await handle.close();
    }
    const { seconds, peak } = await build(project, path.join(directory, 'out'));
    const [tarball] = (await readdir(path.join(directory, 'out'))).filter((name) => name.endsWith('.tar.gz'));
    if (!tarball) throw new Error('no tarball');
    return { case: 'peak memory of our process, release of 1 GB (MB)', ours: peak, seconds, reach: 200 };
  });
}

/** Which image, and what it is; a user would start the image that they know the name of. */
async function planAndProbe() {
  const versions = ['--elixir-version', '1.18.3', '--otp-version', '27.3.4.1', '--os', 'debian:trixie'];
  const project = path.join(root, 'examples/hello');
  const ours = [];
  const hand = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(
      (await measure(process.execPath, [cli, 'plan', project, '--target', target, ...versions, '--probe'])).seconds,
    );
    hand.push((await measure('docker', ['run', '--rm', base, 'elixir', '--version'])).seconds);
  }
  const [a, b] = [median(ours), median(hand)];
  return {
    case: 'plan --probe with a local image, against docker run IMAGE elixir --version',
    ours: a,
    other: b,
    ratio: a / b,
    reach: '2 s',
  };
}

/** The stage of a build that finds the builder image and starts it. */
async function builderStage() {
  const stage = await temporary(async (output) => {
    const seconds = [];
    for (let run = 0; run <= runs; run += 1) {
      const { output: printed } = await build(path.join(root, 'examples/hello'), output, '--json');
      seconds.push(JSON.parse(printed.slice(printed.indexOf('{"releases"')).split('\n')[0]).releases[0].seconds);
    }
    return seconds.slice(1);
  });
  const total = stage.map((seconds) => Object.values(seconds).reduce((sum, each) => sum + each, 0));
  const [a, b] = [median(stage.map(({ builder }) => builder)), median(total)];
  return {
    case: 'builder stage of a second build, against the whole of it',
    ours: a,
    other: b,
    ratio: a / b,
    reach: '0.3 s',
  };
}

/** What running the release adds to a build, by the stage's own time, beside the same commands by hand. */
async function smokeStage() {
  const project = path.join(root, 'examples/nif');
  return temporary(async (output) => {
    const ours = [];
    const hand = [];
    for (let run = 0; run <= runs; run += 1) {
      const { output: printed } = await tried(project, output, '--json');
      const [release] = JSON.parse(printed.slice(printed.indexOf('{"releases"')).split('\n')[0]).releases;
      ours.push(release.seconds.smoke);
      hand.push(await smokeByHand(release.smoke.image, release.tarball));
    }
    // The first run may have made the image.
    const [a, b] = [median(ours.slice(1)), median(hand.slice(1))];
    return {
      case: 'smoke test of examples/nif, against docker run and exec',
      ours: a,
      other: b,
      ratio: a / b,
      reach: '6 s',
    };
  });
}

async function smokeByHand(image, tarball) {
  const script = [
    'mkdir /tmp/app; tar xz -C /tmp/app',
    'cd /tmp/app; export HOME=/tmp LANG=C.UTF-8; bin/nif eval "IO.puts(1)"; bin/nif start &',
    'until bin/nif rpc "IO.puts(Nif.add(40, 2))" 2>/dev/null; do sleep 0.2; done; bin/nif stop; wait',
  ].join('\n');
  const options = ['--rm', '--interactive', '--init', '--network', 'none', '--add-host', 'hand:127.0.0.1'];
  const started = performance.now();
  const file = await open(tarball);
  const stdio = [file.fd, 'pipe', 'pipe'];
  await measure('docker', ['run', ...options, '--hostname', 'hand', image, 'sh', '-c', script], { stdio });
  await file.close();
  return (performance.now() - started) / 1000;
}

async function startUp() {
  const times = [];
  for (let run = 0; run < 11; run += 1)
    times.push((await measure(process.execPath, [cli, '--version'])).seconds * 1000);
  return { case: 'mix-release --version (ms)', ours: median(times), reach: 150 };
}

const results = [];
for (const measured of [startUp, () => audit(cli, runs), planAndProbe, builderStage, smokeStage, coldBuild, memory]) {
  const result = await measured();
  results.push(result);
  const shown = Object.entries(result).map(
    ([key, value]) => `${key}: ${typeof value === 'number' ? value.toFixed(2) : value}`,
  );
  console.log(shown.join(' | '));
}
await removeState();
if (flags.json) await writeFile(flags.json, `${JSON.stringify(results, null, 2)}\n`);
