import { describe, expect, it } from '@jest/globals';
import { boot, type Bootable } from '../../../src/smoke/boot.js';
import { SmokeFailure } from '../../../src/smoke/command.js';
import { programOf } from '../../../src/smoke/program.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { answering, fakeRelease, NO_DISTRIBUTION, type Commands, type Given } from '../support/fake-release.js';

interface Started {
  readonly engine: FakeEngine;
  readonly release: Bootable;
  /** What was handed on of its output. */
  readonly printed: readonly string[];
  /** What it was given, without the shells that wait for a port. */
  readonly given: readonly Given[];
  /** Lets the time of the test be over: its container goes. */
  readonly timeUp: () => void;
}

/** A release in a container; `script` says whether it has a `bin/web`. */
async function started(commands: Commands = {}, { watchSeconds = 0.02, script = true } = {}): Promise<Started> {
  const { run, given } = fakeRelease(commands);
  const engine = fakeEngine({ handlers: { run } });
  engine.addImage({ names: ['debian:trixie-slim'] });
  const container = await engine.containers.start({
    ...{ image: 'debian:trixie-slim', platform: 'linux/amd64', user: '10001:10001', labels: {} },
    volume: { path: '/smoke', labels: {} },
  });
  const controller = new AbortController();
  const printed: string[] = [];
  const release: Bootable = {
    ...{ container, env: { LANG: 'C.UTF-8' }, deadline: controller.signal, timeout: 30, watchSeconds },
    onLine: (line) => void printed.push(line),
    program: programOf('web', '0.1.0', { erts: '15.2.7', script, cookie: true }),
  };
  const timeUp = (): void => {
    controller.abort();
    engine.endContainer(container.id);
  };
  return { engine, release, printed, given, timeUp };
}

/** The failure that a release ends with. */
async function failureOf(release: Bootable): Promise<SmokeFailure> {
  const outcome: unknown = await boot(release).catch((error: unknown) => error);
  if (outcome instanceof SmokeFailure) return outcome;
  throw outcome instanceof Error ? outcome : new Error(`it passed: ${JSON.stringify(outcome)}`);
}

const titles = ({ given }: Started): readonly string[] => given.map(({ command }) => command.title);

const CRASH = ['12:00:00.100 [error] GenServer Web.Worker terminating', '** (RuntimeError) no luck'];
const NETWORK_CRASH = [' 12:00:00.1 [error] GenServer Web.Client terminating', '** (stop) {:error, :econnrefused}'];

describe('a release with distribution', () => {
  it.concurrent('is started, asked, stopped and read', async () => {
    const all = await started();
    expect(await boot(all.release)).toEqual({
      checks: ['start', 'rpc', 'load', 'stop', 'log'],
      nativeApplications: [{ name: 'web', modules: 2 }],
      omissions: [],
      networkCrashes: [],
      loggedErrors: [],
    });
    expect(titles(all)).toEqual(['start', 'rpc', 'stop']);
    const [start, rpc, stop] = all.given.map(({ command }) => command);
    expect(start?.argv.slice(-2)).toEqual(['/smoke/release/bin/web', 'start']);
    expect(rpc?.argv.slice(0, 2)).toEqual(['/smoke/release/bin/web', 'rpc']);
    expect(stop?.argv).toEqual(['/smoke/release/bin/web', 'stop']);
    for (const command of [start, rpc, stop]) expect(command).toMatchObject({ env: { LANG: 'C.UTF-8' }, cwd: '/tmp' });
  });

  it.concurrent('is asked until it answers, and only what the node prints is handed on', async () => {
    const all = await started({
      rpc: ({ mark, turn }) =>
        turn < 3 ? { lines: ['** (EXIT) Could not contact remote node'], status: 1 } : answering(mark),
    });
    expect((await boot(all.release)).checks).toContain('rpc');
    expect(titles(all)).toEqual(['start', 'rpc', 'rpc', 'rpc', 'stop']);
    expect(all.printed).toEqual(['web is up']);
  });

  it.concurrent.each([0, 1])('fails at once where it ends with %d before it answers', async (status) => {
    const all = await started({
      rpc: ({ node }) => {
        node.print('could not start web');
        node.end(status);
        return { status: 1 };
      },
    });
    const failure = await failureOf(all.release);
    expect(failure).toMatchObject({ check: 'start', timedOut: false, output: ['web is up', 'could not start web'] });
    expect(failure.message).toBe(`start ended with exit status ${String(status)} before the node answered`);
    expect(titles(all)).toEqual(['start', 'rpc']);
  });

  it.concurrent('fails where the time is over before it answers, with what node and question printed', async () => {
    const all = await started({
      rpc: ({ turn }) => {
        if (turn === 2) all.timeUp();
        return { lines: ['Invalid challenge reply'], status: 1 };
      },
    });
    const failure = await failureOf(all.release);
    expect(failure).toMatchObject({ check: 'rpc', timedOut: true });
    expect(failure.message).toBe('the node did not answer within 30 s');
    expect(failure.output).toContain('web is up');
  });

  it.concurrent.each(['start', 'rpc'])('is no failure of its own where the engine breaks at %s', async (about) => {
    const { engine, release } = await started();
    engine.fail('container.run', { kind: 'break', when: 'before' }, { about });
    await expect(boot(release)).rejects.toMatchObject({ code: 'engine-connection-lost' });
  });

  it.concurrent.each([
    [1, 'module Web.Native of :web could not be loaded: {:load_failed, "no"}'],
    [3, 'module Web.Native of :web could not be loaded: {:load_failed, "no"} (and 2 more)'],
  ])('fails where %d of its modules cannot be loaded', async (count, message) => {
    const fault = ['fault', 'Web.Native :web {:load_failed, "no"}'] as const;
    const faults = Array.from({ length: count }, () => fault);
    const all = await started({ rpc: ({ mark }) => answering(mark, ...faults) });
    const failure = await failureOf(all.release);
    expect([failure.check, failure.message, failure.output]).toEqual(['load', message, ['web is up']]);
  });

  it.concurrent('fails where it cannot be stopped, with what the node printed, too', async () => {
    const all = await started({
      stop: ({ node }) => {
        node.print('out of luck');
        return { lines: ['RPC failed with reason :nodedown'], status: 1 };
      },
    });
    expect(await failureOf(all.release)).toMatchObject({
      ...{ check: 'stop', message: 'stop ended with exit status 1', timedOut: false },
      output: ['web is up', 'out of luck', 'RPC failed with reason :nodedown'],
    });
  });

  it.concurrent.each([
    // Both end with the container.
    ['the command to stop it does not end', 'stop had not ended after 30 s', 'stop', true],
    ['the node does not end after that', 'start had not ended after 30 s', 'start', false],
  ])('fails where %s in time', async (_, message, check, hangs) => {
    const all = await started({
      stop: async ({ node }) => {
        node.print('waiting for the last request');
        setImmediate(all.timeUp);
        return hangs ? new Promise(() => undefined) : {};
      },
    });
    const failure = await failureOf(all.release);
    expect(failure).toMatchObject({ check, message, timedOut: true });
    expect(failure.output).toEqual(['web is up', 'waiting for the last request']);
  });

  it.concurrent('is no failure of its own where the engine breaks while it is stopped', async () => {
    const { engine, release } = await started();
    engine.fail('container.run', { kind: 'break', when: 'before' }, { about: 'stop' });
    await expect(boot(release)).rejects.toMatchObject({ code: 'engine-connection-lost' });
  });

  it.concurrent('fails where it ends badly when it is stopped', async () => {
    const all = await started({
      stop: ({ node }) => {
        node.end(3);
        return {};
      },
    });
    expect(await failureOf(all.release)).toMatchObject({
      ...{ check: 'stop', message: 'start ended with exit status 3 when it was stopped', output: ['web is up'] },
    });
  });
});

describe('the log of a release that answered', () => {
  const printing = (lines: readonly string[]): Commands => ({
    rpc: ({ mark, node }) => {
      lines.forEach((line) => node.print(line));
      return answering(mark);
    },
  });

  it.concurrent('fails it where it tells of a crash', async () => {
    const { release } = await started(printing(CRASH));
    expect(await failureOf(release)).toMatchObject({
      ...{ check: 'log', message: 'its log reports a crash, although the node answered', output: CRASH },
    });
  });

  it.concurrent('fails it by a crash that many lines came after', async () => {
    const { release } = await started(printing([...CRASH, ...Array.from({ length: 500 }, () => '[debug] tick')]));
    expect(await failureOf(release)).toMatchObject({ check: 'log', output: CRASH });
  });

  it.concurrent('may tell of crashes that come of the missing network, which are named', async () => {
    const { release } = await started(printing(NETWORK_CRASH));
    expect((await boot(release)).networkCrashes).toEqual(['12:00:00.1 [error] GenServer Web.Client terminating']);
  });
});

describe('a release without distribution', () => {
  const rpc = () => NO_DISTRIBUTION;

  it.concurrent.each([
    ['says so', { rpc }, true, ['start', 'rpc', 'kill']],
    ['has no program to ask it by', {}, false, ['start', 'kill']],
  ] as const)('that %s is watched, and ended by a signal', async (_, commands, script, given) => {
    const all = await started(commands, { script });
    const { checks, nativeApplications, omissions } = await boot(all.release);
    expect(checks).toEqual(['start', 'alive', 'stop', 'log']);
    expect(nativeApplications).toEqual([]);
    expect(omissions).toEqual([{ check: 'rpc', why: expect.stringContaining('ran for 0.02 s') }]);
    expect(titles(all)).toEqual(given);
    expect(all.printed).toEqual(['web is up']);
  });

  it.concurrent('fails where it ends while it is watchSeconds', async () => {
    const start = ({ node }: Given) => {
      node.print('no luck');
      setImmediate(() => node.end(1));
      return {};
    };
    const all = await started({ start }, { script: false, watchSeconds: 3600 });
    expect(await failureOf(all.release)).toMatchObject({
      ...{ check: 'alive', message: 'start ended with exit status 1 within 3600 s', output: ['web is up', 'no luck'] },
    });
  });

  it.concurrent('fails where the time is over while it is watchSeconds', async () => {
    const start = () => {
      setImmediate(() => all.timeUp());
      return {};
    };
    const all = await started({ start }, { script: false, watchSeconds: 3600 });
    expect(await failureOf(all.release)).toMatchObject({
      ...{ check: 'start', message: 'start had not ended after 30 s', timedOut: true },
    });
  });

  it.concurrent('fails where it ends badly by the signal, or by a crash', async () => {
    const kill = ({ node }: Given) => {
      CRASH.forEach((line) => node.print(line));
      node.end(1);
      return {};
    };
    expect(await failureOf((await started({ kill }, { script: false })).release)).toMatchObject({ check: 'stop' });
    const start = ({ node }: Given) => {
      CRASH.forEach((line) => node.print(line));
      return {};
    };
    expect(await failureOf((await started({ start }, { script: false })).release)).toMatchObject({ check: 'log' });
  });
});
