import { expect } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import { isConflict } from '../../../src/engine/failure.js';
import { unpacked } from '../../support/fake-engine/files.js';
import { failureOf, mark, startWith, type Case, type Subject } from './subject.js';

const named = async ({ engine }: Subject, labels: Readonly<Record<string, string>>, unused = false) =>
  (await engine.volumes.list({ labels, unused })).map(({ name }) => name).sort();

/** What holds of volumes and networks. */
export const VOLUMES: readonly Case[] = [
  {
    title: 'makes a volume of a name with its container, keeps it, and gives it to the next one',
    check: async (subject) => {
      const { id, labels } = mark();
      const name = `contract-${id}`;
      const volume = { name, path: '/vol', labels };
      {
        await using container = await startWith(subject, { volume });
        await container.put(packFiles([{ path: 'kept', text: 'content' }]), '/vol');
        expect(await named(subject, labels)).toEqual([name]);
        expect(await named(subject, labels, true)).toEqual([]);
        const error = await failureOf(subject.engine.volumes.remove(name));
        expect([error.code, isConflict(error)]).toEqual(['engine-error', true]);
      }
      expect(await named(subject, labels, true)).toEqual([name]);
      const found = await subject.engine.volumes.inspect(name);
      expect(found).toMatchObject({ name, labels });
      expect(Math.abs(Date.now() - (found?.created?.getTime() ?? 0))).toBeLessThan(600_000);
      {
        await using container = await startWith(subject, { volume });
        const [[, file] = ['', undefined]] = await unpacked(await container.get('/vol/kept'));
        expect(file?.content.toString()).toBe('content');
      }
      await subject.engine.volumes.remove(name);
      expect(await named(subject, labels)).toEqual([]);
      expect(await subject.engine.volumes.inspect(name)).toBeUndefined();
      await subject.engine.volumes.remove(name);
    },
  },
  {
    title: 'unpacks files from above a volume onto it',
    check: async (subject) => {
      const { id, labels } = mark();
      const volume = { name: `contract-${id}`, path: '/tmp/vol', labels };
      {
        await using container = await startWith(subject, { volume });
        await container.put(packFiles([{ path: 'vol/below', text: 'content' }]), '/tmp');
      }
      {
        await using container = await startWith(subject, { volume });
        const [[, file] = ['', undefined]] = await unpacked(await container.get('/tmp/vol/below'));
        expect(file?.content.toString()).toBe('content');
      }
      await subject.engine.volumes.remove(volume.name);
    },
  },
  {
    title: 'removes a volume without a name with its container',
    check: async (subject) => {
      const before = await named(subject, {});
      {
        await using container = await startWith(subject, { volume: { path: '/vol', labels: mark().labels } });
        await container.put(packFiles([{ path: 'x', text: 'y' }]), '/vol');
        expect(await named(subject, {})).toHaveLength(before.length + 1);
      }
      expect(await named(subject, {})).toEqual(before);
    },
  },
  {
    title: 'makes a volume by itself, and leaves one that is there as it is',
    check: async (subject) => {
      const { id, labels } = mark();
      const { volumes } = subject.engine;
      const name = `contract-${id}`;
      await volumes.create({ name, labels });
      expect(await volumes.inspect(name)).toMatchObject({ name, labels });
      expect(await named(subject, { ...labels, other: 'x' })).toEqual([]);
      expect(await named(subject, labels)).toEqual([name]);
      await volumes.remove(name);
    },
  },
  {
    title: 'makes, lists and removes networks, one of each name',
    check: async ({ engine }) => {
      const { id, labels } = mark();
      const { networks } = engine;
      const name = `contract-${id}`;
      const made = await networks.create({ name, labels });
      const [found, ...others] = await networks.list({ labels });
      expect(others).toEqual([]);
      expect(found).toMatchObject({ id: made, name });
      expect(found?.labels).toMatchObject(labels);
      expect(isConflict(await failureOf(networks.create({ name, labels })))).toBe(true);
      await networks.remove(name);
      expect(await networks.list({ labels })).toEqual([]);
      await networks.remove(made);
    },
  },
];
