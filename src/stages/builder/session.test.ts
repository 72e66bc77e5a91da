import { describe, expect, it } from '@jest/globals';
import type { Builder } from '../../builder/builder.js';
import type { BuildRequest } from '../../options/request.js';
import type { Run } from '../../pipeline/run.js';
import { openSession } from './session.js';
import { freshState, keptState } from './volumes.js';
import { fakeEngine, type FakeEngine } from '../../../test/support/fake-engine/engine.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { NO_CONTAINER_OPTIONS, requestWith } from '../../../test/unit/support/request.js';
import { stageRun, type StageRun } from '../../../test/unit/support/run.js';

const BUILDER: Builder = {
  tag: 'mix-release-builder:1',
  base: { reference: 'elixir:1', id: 'sha256:1', digest: 'sha256:1' },
  probe: PROBE,
  erlFlags: '',
  origin: 'present',
};
const KEPT = keptState(requestWith(), BUILDER);
const LOCK = KEPT.lock ?? '';

/** An engine that has the builder image. */
function engineWithBuilder(): FakeEngine {
  const engine = fakeEngine();
  engine.addImage({ names: [BUILDER.tag] });
  return engine;
}

/** A run of its own identifier; all of them are of one project. */
async function runOf(
  engine: FakeEngine,
  id: string,
  changes: Partial<Run> = {},
  request: Partial<BuildRequest> = {},
): Promise<StageRun> {
  return stageRun(requestWith({ output: await directoryWith(), ...request }), { engine, id, ...changes });
}

describe('openSession', () => {
  it('starts a container on the state that the next build takes up, and leaves that state', async () => {
    const engine = engineWithBuilder();
    const { run, notes, warnings } = await runOf(engine, 'one');
    const session = await openSession(run, BUILDER);
    const container = engine.container(LOCK);
    expect(container?.id).toBe(session.container.id);
    expect(container?.spec).toMatchObject({
      ...{ image: BUILDER.tag, platform: 'linux/amd64', user: 'builder' },
      labels: { 'mix-release.kind': 'build', 'mix-release.run': 'one' },
      // The state is no run's: reaping one leaves it.
      volume: { name: KEPT.name, path: '/build', labels: { 'mix-release.run': '' } },
    });
    await session.end(false);
    expect(await run.cleanup.end(1000)).toEqual([]);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [KEPT.name] });
    expect([notes, warnings]).toEqual([[], []]);
  });

  it('gives a second build of the same project a fresh state, says so, and removes it', async () => {
    const engine = engineWithBuilder();
    const first = await runOf(engine, 'one');
    await openSession(first.run, BUILDER);
    const { run, notes, warnings } = await runOf(engine, 'two');
    const session = await openSession(run, BUILDER);
    const fresh = freshState('two').name;
    expect(engine.container(session.container.id)?.spec.volume).toMatchObject({
      name: fresh,
      labels: { 'mix-release.kind': 'state', 'mix-release.run': 'two' },
    });
    expect(notes).toEqual([
      expect.stringMatching(/^another build .* is running: this one starts from an empty build cache/),
    ]);
    expect(engine.left().volumes).toEqual([KEPT.name, fresh].sort());
    await session.end(true);
    expect(engine.left()).toMatchObject({ containers: [LOCK], volumes: [KEPT.name] });
    expect(await run.cleanup.end(1000)).toEqual([]);
    expect([first.notes, warnings]).toEqual([[], []]);
  });

  it('removes the fresh state of a second build also where the run ends early', async () => {
    const engine = engineWithBuilder();
    await openSession((await runOf(engine, 'one')).run, BUILDER);
    const { run } = await runOf(engine, 'two');
    await openSession(run, BUILDER);
    expect(await run.cleanup.end(1000)).toEqual([]);
    expect(engine.left()).toMatchObject({ containers: [LOCK], volumes: [KEPT.name] });
  });

  it('starts with no other state where the engine refuses for another reason', async () => {
    const engine = engineWithBuilder();
    engine.fail('containers.start', { kind: 'refuse', status: 500, reason: 'no space left on device' }, { times: 1 });
    const { run, notes } = await runOf(engine, 'one');
    expect(await errorOf(() => openSession(run, BUILDER))).toMatchObject({ code: 'engine-error' });
    expect(notes).toEqual([]);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('takes a fresh state where nothing is cached, and removes it', async () => {
    const engine = engineWithBuilder();
    const { run, notes } = await runOf(engine, 'one', {}, { cache: 'false' });
    const session = await openSession(run, BUILDER);
    expect(engine.left().volumes).toEqual([freshState('one').name]);
    await session.end(true);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
    expect(notes).toEqual([]);
  });

  it.each([
    [true, [freshState('one').name]],
    [false, []],
  ])('on a machine that goes: where the state is to be saved (%j), leaves %j', async (savesState, left) => {
    const engine = engineWithBuilder();
    const { run } = await runOf(engine, 'one', { keepState: false });
    const session = await openSession(run, BUILDER);
    await session.end(savesState);
    expect(engine.left()).toMatchObject({ containers: [], volumes: left });
    // Done once, it is not done again.
    expect(await run.cleanup.end(1000)).toEqual([]);
    expect(engine.calls.filter(({ name }) => name === 'container.kill')).toHaveLength(1);
  });

  it('warns of a volume that cannot be removed, and rejects nothing', async () => {
    const engine = engineWithBuilder();
    engine.fail('volumes.remove', { kind: 'refuse', status: 500, reason: 'device or resource busy' });
    const { run, warnings } = await runOf(engine, 'one', {}, { cache: 'false' });
    const session = await openSession(run, BUILDER);
    await session.end(false);
    expect(warnings).toEqual([
      expect.stringMatching(/^container [0-9a-f]{12} was left behind: .*device or resource busy$/),
    ]);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [freshState('one').name] });
    expect(await run.cleanup.end(1000)).toHaveLength(1);
  });

  it('kills the container when the run is stopped', async () => {
    const engine = engineWithBuilder();
    const controller = new AbortController();
    const stage = await runOf(engine, 'one', { signal: controller.signal });
    await openSession(stage.run, BUILDER);
    expect(engine.left().containers).toEqual([LOCK]);
    controller.abort();
    await stage.settled();
    expect(engine.left().containers).toEqual([]);
  });

  it('kills the container of a run that was stopped while it started', async () => {
    const engine = engineWithBuilder();
    const { run } = await runOf(engine, 'one', { signal: AbortSignal.abort() });
    await openSession(run, BUILDER);
    expect(engine.left().containers).toEqual([]);
  });

  it('leaves a container that has ended alone when the run is stopped later', async () => {
    const engine = engineWithBuilder();
    const controller = new AbortController();
    const stage = await runOf(engine, 'one', { signal: controller.signal });
    await (await openSession(stage.run, BUILDER)).end(false);
    const calls = engine.calls.length;
    controller.abort();
    await stage.settled();
    expect(engine.calls).toHaveLength(calls);
  });

  it('starts a container with the settings that were asked for, and says them', async () => {
    const engine = engineWithBuilder();
    const mounts = [
      { source: '/usr', target: '/mnt/a', writable: false },
      { source: '/tmp', target: '/mnt/b', writable: true },
    ];
    const container = { memory: 2 ** 30, cpus: 1.5, network: 'host', hosts: ['a:10.0.0.1'], mounts };
    const { run, notes } = await runOf(engine, 'one', {}, { container, cache: 'deps' });
    const session = await openSession(run, BUILDER);
    expect(engine.container(session.container.id)?.spec.options).toEqual(container);
    expect(notes).toEqual([
      'the build container has 1024 MiB of memory, 1.5 processors, the network host, the hosts a:10.0.0.1',
      "/usr of the engine's machine is mounted at /mnt/a, read-only",
      "/tmp of the engine's machine is mounted at /mnt/b, and the build may WRITE to it",
      'with a mount, nothing that was compiled earlier is used',
    ]);
  });

  it.each([
    ['a network', { network: 'nowhere' }, 'network nowhere not found'],
    ['a path', { mounts: [{ source: '/no/such', target: '/mnt', writable: false }] }, 'path does not exist: /no/such'],
  ])('refuses %s that is not there as a matter of the option, and leaves nothing', async (_, options, reason) => {
    const engine = engineWithBuilder();
    const { run } = await runOf(engine, 'one', {}, { container: { ...NO_CONTAINER_OPTIONS, ...options } });
    const error = await errorOf(() => openSession(run, BUILDER));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toMatch(/^container-options: the engine refuses/);
    expect(error.message).toContain(reason);
    expect(engine.left().containers).toEqual([]);
  });
});
