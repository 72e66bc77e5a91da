import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { expect } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import type { RunningContainer } from '../../../src/engine/container.js';
import { isConflict, isMissing } from '../../../src/engine/failure.js';
import { unpacked } from '../../support/fake-engine/files.js';
import { failureOf, mark, outcome, startWith, type Case, type Subject } from './subject.js';

const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

const listed = async ({ engine }: Subject, labels: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await engine.containers.list({ labels })).map(({ name }) => name);

/** The list without what is on its way out: automatic removal takes a moment. */
async function emptySoon(subject: Subject, labels: Readonly<Record<string, string>>): Promise<void> {
  for (let look = 0; look < 50 && (await listed(subject, labels)).length > 0; look += 1) await sleep(100);
  expect(await listed(subject, labels)).toEqual([]);
}

const nap = (container: RunningContainer): Promise<number> =>
  container.run({ title: 'a long nap', argv: ['sleep', '60'] }, () => undefined);

/** What holds of containers and their files. */
export const CONTAINERS: readonly Case[] = [
  {
    title: 'starts a container, lists it by its labels, and removes it at the end of its scope',
    check: async (subject) => {
      const { id, labels } = mark();
      {
        await using container = await startWith(subject, { name: `contract-${id}`, labels });
        const [info, ...others] = await subject.engine.containers.list({ labels });
        expect(info).toMatchObject({ id: container.id, name: `contract-${id}`, running: true });
        expect(info?.labels).toMatchObject(labels);
        expect(others).toEqual([]);
        expect(await subject.engine.containers.list({ labels: { ...labels, other: true } })).toEqual([]);
        expect(await listed(subject, { 'mix-release-contract': 'another' })).toEqual([]);
        const withAny = await subject.engine.containers.list({ labels: { 'mix-release-contract': true } });
        expect(withAny.map((each) => each.id)).toContain(container.id);
      }
      expect(await listed(subject, labels)).toEqual([]);
    },
  },
  {
    title: 'refuses a name that is taken, by a conflict, and leaves the one that has it',
    check: async (subject) => {
      const { id, labels } = mark();
      await using container = await startWith(subject, { name: `contract-${id}`, labels });
      const error = await failureOf(startWith(subject, { name: `contract-${id}`, labels }));
      expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
      expect([isConflict(error), isMissing(error)]).toEqual([true, false]);
      expect(await listed(subject, labels)).toEqual([`contract-${id}`]);
      expect((await outcome(container, ['true'])).status).toBe(0);
    },
  },
  {
    title: 'refuses an image that is not there',
    check: async (subject) => {
      const { labels } = mark();
      const error = await failureOf(startWith(subject, { image: 'mix-release-contract/none:1', labels }));
      expect(error).toMatchObject({ code: 'engine-error' });
      expect(isMissing(error)).toBe(true);
      expect(await listed(subject, labels)).toEqual([]);
    },
  },
  {
    title: 'leaves nothing of a container that does not start',
    check: async (subject) => {
      const { labels } = mark();
      const volume = { path: '/vol', labels };
      const volumes = async () => (await subject.engine.volumes.list({ labels: {} })).map(({ name }) => name).sort();
      const before = await volumes();
      const error = await failureOf(startWith(subject, { user: 'no-such-user', labels, volume }));
      expect(error).toMatchObject({ code: 'engine-error' });
      expect(error.message).toContain('no-such-user');
      expect(await listed(subject, labels)).toEqual([]);
      expect(await volumes()).toEqual(before);
    },
  },
  {
    title:
      'gives a container settings, and refuses a network that is not there and a path that cannot be mounted, leaving nothing',
    check: async (subject) => {
      const { id, labels } = mark();
      const mounts = [{ source: '/usr', target: '/mnt/usr', writable: false }];
      const hosts = ['one.test:192.0.2.1', 'two.test:192.0.2.2'];
      await using container = await startWith(subject, { labels, options: { network: 'none', hosts, mounts } });
      expect((await outcome(container, ['true'])).status).toBe(0);
      const missing = { source: `/proc/no-such-${id}`, target: '/mnt/none', writable: true };
      for (const [options, reason] of [
        [{ network: `contract-${id}` }, `contract-${id}`],
        [{ mounts: [missing] }, missing.source],
      ] as const) {
        const error = await failureOf(startWith(subject, { labels: { ...labels, refused: id }, options }));
        expect(error).toMatchObject({ code: 'engine-error', message: expect.stringContaining(reason) });
      }
      expect(await listed(subject, { refused: id })).toEqual([]);
    },
  },
  {
    title: 'takes files in and hands them out, with all bytes, modes and owners',
    check: async (subject) => {
      await using container = await startWith(subject);
      const files = [
        { path: 'in/all', text: ALL_BYTES, uid: 65534, gid: 12 },
        { path: 'in/empty', text: '' },
        { path: 'in/link', linkTo: 'all' },
      ];
      await container.put(packFiles(files), '/tmp');
      // Where the engine hands out other owners, they are right in the container.
      expect((await outcome(container, ['stat', '-c', '%u:%g', '/tmp/in/all'])).lines).toEqual(['65534:12']);
      const entries = await unpacked(await container.get('/tmp/in'));
      expect(entries[0]?.[0]).toBe('in');
      const found = new Map(entries);
      expect([...found.keys()].sort()).toEqual(['in', 'in/all', 'in/empty', 'in/link']);
      expect(found.get('in')?.type).toBe('Directory');
      expect(found.get('in/all')).toMatchObject({ type: 'File', mode: 0o644 });
      expect(found.get('in/all')?.content.equals(Buffer.from(ALL_BYTES))).toBe(true);
      expect(found.get('in/empty')?.content).toHaveLength(0);
      expect(found.get('in/link')).toMatchObject({ type: 'SymbolicLink', linkpath: 'all' });
      expect((await unpacked(await container.get('/tmp/in/all'))).map(([name]) => name)).toEqual(['all']);
    },
  },
  {
    title: 'hands out the files of a container that was never started, and removes it at the end of its scope',
    check: async ({ engine, image, platform }) => {
      const { labels } = mark();
      {
        await using still = await engine.containers.create({ image, platform, labels });
        expect(await engine.containers.list({ labels })).toMatchObject([{ id: still.id, running: false }]);
        expect((await unpacked(await still.get('/tmp')))[0]).toMatchObject(['tmp', { type: 'Directory' }]);
        expect(isMissing(await failureOf(still.get('/tmp/none')))).toBe(true);
        // Nobody reads it to its end.
        await still.get('/tmp');
      }
      expect(await engine.containers.list({ labels })).toEqual([]);
      const none = { image: 'mix-release-contract/none:1', platform, labels };
      expect(isMissing(await failureOf(engine.containers.create(none)))).toBe(true);
    },
  },
  {
    title: 'knows no path that is not there',
    check: async (subject) => {
      await using container = await startWith(subject);
      const error = await failureOf(container.get('/tmp/none'));
      expect(error).toMatchObject({ code: 'engine-error' });
      expect(isMissing(error)).toBe(true);
    },
  },
  {
    title: 'fails with the own error of an archive that breaks on its way in',
    check: async (subject) => {
      await using container = await startWith(subject);
      const broken = async function* (): AsyncGenerator<Buffer, void> {
        yield Buffer.alloc(512);
        await sleep(10);
        throw new Error('the disk went away');
      };
      await expect(container.put(Readable.from(broken()), '/tmp')).rejects.toThrow(/^the disk went away$/);
      expect((await outcome(container, ['true'])).status).toBe(0);
    },
  },
  {
    title: 'kills a container with all that runs in it and all that reads from it, and more than once',
    check: async (subject) => {
      const { labels } = mark();
      const container = await startWith(subject, { labels });
      await container.put(packFiles([{ path: 'big', text: 'x'.repeat(2 ** 22) }]), '/tmp');
      const reader = await container.get('/tmp/big');
      const napping = failureOf(nap(container));
      await sleep(300);
      await container.kill();
      expect(await napping).toMatchObject({ code: 'engine-connection-lost', containerGone: true });
      await expect(unpacked(reader)).rejects.toMatchObject({ code: 'engine-connection-lost' });
      expect(await listed(subject, labels)).toEqual([]);
      await container.kill();
      await container[Symbol.asyncDispose]();
      for (const call of [outcome(container, ['true']), container.get('/tmp')]) {
        expect((await failureOf(call)).exitStatus).toBe(3);
      }
      expect(await failureOf(outcome(container, ['true']))).toMatchObject({
        code: 'engine-connection-lost',
        containerGone: true,
      });
    },
  },
  {
    title: 'tells of a container that somebody else ended, and needs nothing to be removed then',
    check: async (subject) => {
      const { labels } = mark();
      const container = await startWith(subject, { labels });
      const napping = failureOf(nap(container));
      await sleep(500);
      await subject.endContainer(container.id);
      expect(await napping).toMatchObject({ code: 'engine-connection-lost', containerGone: true });
      await container[Symbol.asyncDispose]();
      await emptySoon(subject, labels);
    },
  },
  {
    title: 'removes a container by its identifier, and one that is gone is fine',
    check: async (subject) => {
      const { labels } = mark();
      const container = await startWith(subject, { labels });
      await subject.engine.containers.remove(container.id);
      expect(await listed(subject, labels)).toEqual([]);
      await subject.engine.containers.remove(container.id);
    },
  },
  {
    title: 'lets go of what waits for it when it is disposed of',
    check: async (subject) => {
      const engine = await subject.connect();
      const container = await startWith({ ...subject, engine });
      const napping = failureOf(nap(container));
      await sleep(300);
      const started = Date.now();
      await engine[Symbol.asyncDispose]();
      expect(await napping).toMatchObject({ code: 'engine-connection-lost' });
      expect(Date.now() - started).toBeLessThan(2000);
    },
  },
];
