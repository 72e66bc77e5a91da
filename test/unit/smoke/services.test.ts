import { describe, expect, it } from '@jest/globals';
import { ServiceGroup, type SmokeService } from '../../../src/smoke/services.js';
import { findTarget } from '../../../src/targets/find.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import type { FakeHandlers } from '../../support/fake-engine/handlers.js';
import { errorOf } from '../support/errors.js';

const RUNTIME = { reference: 'debian:trixie-slim', id: '', digest: '' };
const DB: SmokeService = { name: 'db', image: 'postgres:17', env: { POSTGRES_PASSWORD: 'x' } };
const CACHE: SmokeService = { name: 'cache', image: 'redis:8', env: {} };
const LISTENS_5432 =
  '   0: 00000000:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5008518';

interface Way {
  readonly services?: readonly SmokeService[];
  readonly service?: FakeHandlers['service'];
  readonly tables?: () => readonly string[];
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

function opened(way: Way = {}) {
  const { services = [DB, CACHE], timeout = 5, signal = new AbortController().signal } = way;
  const engine = fakeEngine({
    handlers: {
      ...(way.service && { service: way.service }),
      run: () => ({ lines: way.tables?.() ?? [] }),
    },
  });
  const { id } = engine.addImage({ names: [RUNTIME.reference] });
  for (const { image } of services) engine.addImage({ names: [image] });
  const group = new ServiceGroup(engine);
  const target = findTarget('x86_64-unknown-linux-gnu');
  const spec = { services, target, pull: 'missing', run: 'run', timeout, runtime: { ...RUNTIME, id } } as const;
  return { engine, group, open: () => group.open(spec, { env: {}, signal, onLine: () => undefined }) };
}

const started = ({ calls }: FakeEngine): readonly string[] =>
  calls.filter(({ name }) => name === 'containers.startService').map(({ about }) => about);

describe('the services of a smoke test', () => {
  it('start in their order in a network of their own, and are gone at the end', async () => {
    const { engine, group, open } = opened();
    const { network, reports } = await open();
    expect(started(engine)).toEqual(['db', 'cache']);
    expect(network).toMatchObject({ network: 'mix-release-services-run', hosts: { db: expect.any(String) } });
    expect(Object.keys(network.hosts)).toEqual(['db', 'cache']);
    const images = await Promise.all([DB, CACHE].map(({ image }) => engine.images.inspect(image)));
    expect(reports).toEqual([
      { name: 'db', image: 'postgres:17', imageDigest: images[0]?.id },
      { name: 'cache', image: 'redis:8', imageDigest: images[1]?.id },
    ]);
    const [network0] = await engine.networks.list({ labels: { 'mix-release.kind': 'service' } });
    expect(network0).toMatchObject({ internal: true, labels: { 'mix-release.run': 'run' } });
    await group.close();
    await group.close();
    expect(engine.left()).toMatchObject({ containers: [], networks: [] });
  });

  it('know the ones that were started before by their names', async () => {
    const seen: unknown[] = [];
    const { open } = opened({
      service: (spec) => {
        seen.push([spec.host, Object.keys(spec.hosts), spec.env]);
        return {};
      },
    });
    await open();
    expect(seen).toContainEqual(['db', [], { POSTGRES_PASSWORD: 'x' }]);
    expect(seen).toContainEqual(['cache', ['db'], {}]);
  });

  it.each<[string, () => Partial<ReturnType<FakeHandlers['service']>>, readonly string[]]>([
    ['by its health check', () => ({ health: 'healthy', ports: [1] }), []],
    ['where one of its ports listens', () => ({ health: undefined, ports: [1, 5432] }), [LISTENS_5432]],
    ['at once where it has neither', () => ({ health: undefined, ports: [] }), []],
  ])('each are ready %s', async (_, service, lines) => {
    const { engine, group, open } = opened({ services: [DB], service, tables: () => lines });
    expect((await open()).reports).toHaveLength(1);
    await group.close();
    expect(engine.left()).toMatchObject({ containers: [], networks: [] });
  });

  it('are waited for', async () => {
    let looks = 0;
    const { open } = opened({
      services: [DB],
      service: () => ({ health: undefined, ports: [5432] }),
      tables: () => {
        looks += 1;
        return looks < 3 ? [LISTENS_5432.replace('00000000:1538', '0100007F:1538')] : [LISTENS_5432];
      },
    });
    await open();
    expect(looks).toBe(3);
  });

  it.each<[string, ReturnType<FakeHandlers['service']>, RegExp]>([
    ['that ends', { running: false, exitStatus: 3, log: ['no password'] }, /ended with exit status 3/],
    ['that is unhealthy', { health: 'unhealthy', log: ['no password'] }, /is unhealthy by its own check/],
    ['that stays unready', { health: 'starting', log: ['no password'] }, /within 1 s: its health check has not passed/],
    [
      'whose port stays closed',
      { health: undefined, ports: [5432], log: ['no password'] },
      /port 5432 does not listen/,
    ],
  ])('one %s is an error with what it printed, and leaves nothing', async (_, state, message) => {
    const { engine, group, open } = opened({
      timeout: 1,
      service: ({ host }) => (host === 'db' ? state : {}),
    });
    const error = await errorOf(open);
    expect(error).toMatchObject({ code: 'smoke-service-failed', exitStatus: 7, output: ['no password'] });
    expect(error.message).toMatch(/^service db \(postgres:17\) of the smoke test /);
    expect(error.message).toMatch(message);
    expect(error.next).toContain('db postgres:17 VARIABLE=VALUE');
    await group.close();
    expect(engine.left()).toMatchObject({ containers: [], networks: [] });
  });

  it('one that does not start is an error of its own, and a lost engine is not', async () => {
    const refused = opened();
    refused.engine.fail('containers.startService', { kind: 'refuse', status: 400, reason: 'exec: "serve": not found' });
    const error = await errorOf(refused.open);
    expect([error.code, error.message]).toEqual([
      'smoke-service-failed',
      'service db (postgres:17) of the smoke test does not start: exec: "serve": not found',
    ]);
    const lost = opened();
    lost.engine.fail('containers.startService', { kind: 'break', when: 'before' });
    expect((await errorOf(lost.open)).code).toBe('engine-connection-lost');
  });

  it('one whose image is not there says which line names it', async () => {
    const { engine, group, open } = opened({ services: [DB] });
    await engine.images.remove(DB.image);
    const error = await errorOf(open);
    expect(error.code).toBe('image-not-found');
    expect(error.message).toMatch(/^service db of the smoke test: /);
    await group.close();
    expect(engine.left()).toMatchObject({ containers: [], networks: [] });
  });

  it('are gone where the run ends while one of them starts', async () => {
    const { engine, group, open } = opened();
    engine.fail('containers.startService', { kind: 'late', milliseconds: 50 }, { about: 'db' });
    const opening = open().catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await group.close();
    await opening;
    await group.close();
    expect(engine.left()).toMatchObject({ containers: [], networks: [] });
  });
});
