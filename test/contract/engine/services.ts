import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import type { RunningService, ServiceState } from '../../../src/engine/container.js';
import { failureOf, mark, outcome, startWith, type Case, type Subject } from './subject.js';

/** What is waited for is there within five seconds. */
async function soon(service: RunningService, isThere: (state: ServiceState) => boolean): Promise<ServiceState> {
  for (let look = 0; look < 50; look += 1) {
    const state = await service.state();
    if (isThere(state)) return state;
    await sleep(100);
  }
  return service.state();
}

/** An image whose containers print a line and wait. */
function serving({ engine, image, platform }: Subject, tag: string): Promise<string> {
  const text = `FROM ${image}\nEXPOSE 5432\nCMD ["sh", "-c", "echo serving; exec tail -f /dev/null"]\n`;
  const context = packFiles([{ path: 'Dockerfile', text }]);
  return engine.images.build({
    ...{ context, dockerfile: 'Dockerfile', platform, args: {}, labels: {}, tag, pull: false },
    ...{ signal: new AbortController().signal, onOutput: () => undefined },
  });
}

/** What holds of images that run as they are made to, and of the networks that they are in. */
export const SERVICES: readonly Case[] = [
  {
    title: 'runs a service in a network of its own, tells how it is, and removes it',
    check: async (subject) => {
      const { engine, platform } = subject;
      const { id, labels } = mark();
      const tag = `mix-release-contract/serving:${id}`;
      const image = await serving(subject, tag);
      const network = await engine.networks.create({ name: `contract-${id}`, labels, internal: true });
      const spec = { image, platform, host: 'db', env: { A: 'b' }, labels, network: `contract-${id}`, hosts: {} };
      {
        await using service = await engine.containers.startService(spec);
        const state = await soon(service, ({ address }) => address !== undefined && service.log.length > 0);
        expect(state).toMatchObject({ running: true, exitStatus: undefined, ports: [5432] });
        expect(state.address).toMatch(/^[\d.]+$|:/);
        expect(service.log).toEqual(['serving']);
        const [found] = await engine.containers.list({ labels });
        expect(found?.id).toBe(service.id);
        expect(Math.abs(Date.now() - (found?.created?.getTime() ?? 0))).toBeLessThan(600_000);
        const hosts = { db: state.address ?? '' };
        for (const joined of [{ network: `contract-${id}`, hosts }, { of: service.id }]) {
          await using container = await startWith(subject, { labels, sealed: true, network: joined });
          expect((await outcome(container, ['sh', '-c', 'true'])).status).toBe(0);
        }
      }
      expect(await engine.containers.list({ labels })).toEqual([]);
      await engine.networks.remove(network);
      expect(await engine.networks.list({ labels })).toEqual([]);
      await engine.images.remove(tag, { force: true });
    },
  },
  {
    title: 'leaves nothing of a service that does not start',
    check: async ({ engine, platform }) => {
      const { id, labels } = mark();
      const network = await engine.networks.create({ name: `contract-${id}`, labels, internal: true });
      const spec = { platform, host: 'db', env: {}, labels, network: `contract-${id}`, hosts: {} };
      const error = await failureOf(engine.containers.startService({ ...spec, image: 'mix-release-contract/none:1' }));
      expect(error.code).toBe('engine-error');
      expect(await engine.containers.list({ labels })).toEqual([]);
      await engine.networks.remove(network);
    },
  },
];
