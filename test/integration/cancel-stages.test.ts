import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BUILD } from '../../src/pipeline/build.js';
import { startResults, type ResultsServer } from '../rig/results/server.js';
import { prepareStep, runPost, startAction, type Step } from '../support/action.js';
import { buildRelease, TARGET, type Started } from '../support/cli.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { noContainerWithin, ours } from '../support/engine.js';

/** A runner's times, in milliseconds: it asks by SIGINT, then by SIGTERM, then it kills. */
const UNTIL_TERM = 7500;
const UNTIL_KILL = 2500;

/** Ends a step as a runner does when its workflow is cancelled; tells how far it had to go. */
async function cancel({ child, ended }: Started): Promise<'SIGINT' | 'SIGTERM' | 'SIGKILL'> {
  const over = ended.then(() => true);
  const gone = async (milliseconds: number): Promise<boolean> => Promise.race([over, sleep(milliseconds, false)]);
  child.kill('SIGINT');
  if (await gone(UNTIL_TERM)) return 'SIGINT';
  child.kill('SIGTERM');
  if (await gone(UNTIL_KILL)) return 'SIGTERM';
  child.kill('SIGKILL');
  await ended;
  return 'SIGKILL';
}

/** What is in the engine with the label of a step's run. */
async function leftOf(step: Step): ReturnType<typeof ours> {
  const { run } = await step.state();
  if (run === undefined) throw new Error('the step did not say which run it is');
  return await ours(run);
}

/** Every stage of a build; a runner sees its group in the log as it begins. */
const STAGES = BUILD.stages.map(({ name }) => name);
/** Twice each, at its beginning and a little later, when it is in the middle of something or the next has begun. */
const RUNS = STAGES.flatMap((stage) => [0, 150].map((later) => ({ stage, later })));

const BOTH = [TARGET, 'x86_64-unknown-linux-musl'];

const NOTHING = { containers: [], volumes: [] };

/** What a build of examples/hello leaves in its output directory. */
const PLACED = ['', '.audit.json', '.cdx.json', '.json', '.tar.gz', '.tar.gz.sha256'].map(
  (end) => `hello-0.1.0-${TARGET}${end}`,
);

let results: ResultsServer;
let before: Awaited<ReturnType<typeof ours>>;

beforeAll(async () => {
  results = await startResults();
  // The builder is made once, or every run would be about that.
  await using checkout = await checkoutOf('examples/hello');
  await using out = await temporary();
  for (const each of BOTH) await buildRelease([checkout.path, '--target', each, '--output', out.path]);
  before = await ours();
});
afterAll(async () => {
  await results.stop();
  await noContainerWithin(7);
});

describe(`a workflow that is cancelled, ${String(RUNS.length)} times`, () => {
  it.concurrent.each(RUNS)(
    'in stage $stage, $later ms after it began: nothing of ours is left',
    async ({ stage, later }) => {
      await using checkout = await checkoutOf('examples/hello');
      await using runner = await temporary();
      await writeFile(path.join(checkout.path, 'prepare.sh'), 'sleep 0.3\n');
      const step = await prepareStep(runner.path, checkout.path);
      const output = path.join(runner.path, 'out');
      const inputs = {
        // One target has no native code of another.
        target: stage === 'natives' ? BOTH.join('\n') : TARGET,
        output,
        artifact: 'true',
        'artifact-name': `${stage} ${String(later)}`,
        'before-build': 'prepare.sh',
        'before-release': 'sleep 0.3',
        'smoke-test': 'eval',
      };
      const started = startAction('main', step, inputs, results.env());
      await started.printed(new RegExp(`^::group::${stage}( .*)?$`, 'm'));
      await sleep(later);
      const running = started.child.exitCode === null;
      const requested = await cancel(started);
      const { status } = await started.ended;
      // The first signal is enough; and a step that was done before it came is done.
      expect(requested).toBe('SIGINT');
      if (status !== 0) expect(status).toBe(130);
      // The last two stages take no longer than the signal does.
      if (running && later === 0 && stage !== 'place' && stage !== 'publish') expect(status).toBe(130);
      expect((await runPost(step)).status).toBe(0);
      expect(await leftOf(step)).toEqual(NOTHING);
      // All files or none, whenever the signal came.
      const left = (await readdir(output).catch(() => [])).sort();
      if (status === 0 || stage === 'publish') expect(left).toEqual(PLACED);
      else expect([[], PLACED]).toContainEqual(left);
      if (stage !== 'place' && stage !== 'publish' && later === 0 && running) expect(left).toEqual([]);
    },
  );

  it('and killed outright: its container goes by itself, and the post step removes the rest', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using runner = await temporary();
    await writeFile(path.join(checkout.path, 'lib/slow.ex'), 'IO.puts("compiling slowly")\nProcess.sleep(60_000)\n');
    const step = await prepareStep(runner.path, checkout.path);
    const inputs = { target: TARGET, output: path.join(runner.path, 'out'), artifact: 'false' };
    // What the project prints is in the log at once only when somebody looks for faults.
    const started = startAction('main', step, inputs, { RUNNER_DEBUG: '1' });
    await started.printed('compiling slowly');
    started.child.kill('SIGKILL');
    await once(started.child, 'exit');
    expect((await runPost(step)).status).toBe(0);
    await noContainerWithin(7);
    expect(await leftOf(step)).toEqual(NOTHING);
  });

  it('and in the engine is what was there before', async () => {
    expect(await ours()).toEqual(before);
  });
});
