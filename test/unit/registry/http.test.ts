import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { REAL_TIMING, request, requestJson, type Timing } from '../../../src/registry/http.js';
import { startLoopback, type Fault, type Loopback } from '../../rig/listing/loopback.js';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

let server: Loopback;
let slept: number[];
let timing: Timing;

beforeAll(async () => {
  server = await startLoopback(({ url }) => {
    if (url.pathname === '/large') return { status: 200, body: Buffer.alloc(9 * 1024 * 1024) };
    if (url.pathname === '/text') return { status: 200, body: '<html>  sign in\nfirst </html>' };
    if (url.pathname === '/unimplemented') return { status: 501 };
    if (url.pathname === '/gone') return { status: 410, body: 'gone' };
    return { status: 200, body: '{"fine":true}' };
  });
});
afterAll(async () => server[Symbol.asyncDispose]());

beforeEach(() => {
  server.clear();
  slept = [];
  timing = {
    now: () => NOW + slept.reduce((sum, each) => sum + each, 0),
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      return Promise.resolve();
    },
    firstDelay: 1,
    requestTimeout: 5_000,
    totalTimeout: 60_000,
  };
});

const get = (path = '/', signal = new AbortController().signal): Promise<unknown> =>
  requestJson(new URL(`http://${server.host}${path}`), { signal, timing });

test('an answer comes at the first try', async () => {
  expect(await get()).toEqual({ fine: true });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.headers).toMatchObject({ 'user-agent': 'mix-release-action', accept: 'application/json' });
});

describe('a fault that passes', () => {
  test.each<[string, Fault]>([
    ['429', { status: 429 }],
    ['408', { status: 408 }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['a connection that ends', 'reset'],
  ])('%s is tried again, twice', async (_name, fault) => {
    server.fail(fault, 2);
    expect(await get()).toEqual({ fine: true });
    expect(server.requests).toHaveLength(3);
    expect(slept).toEqual([]);
  });

  test('each wait is longer than the one before', async () => {
    timing = { ...timing, firstDelay: 40 };
    server.fail({ status: 503 }, 2);
    const start = performance.now();
    await get();
    // 40 to 80 ms, then 80 to 160 ms; timers may be early by a millisecond.
    expect(performance.now() - start).toBeGreaterThanOrEqual(118);
  });

  test.each([
    ['seconds', '7', 7_000],
    ['an HTTP date', new Date(NOW + 9_000).toUTCString(), 9_000],
  ])('Retry-After in %s is honoured', async (_name, retryAfter, wait) => {
    server.fail({ status: 429, retryAfter });
    expect(await get()).toEqual({ fine: true });
    expect(slept).toHaveLength(1);
    expect(Math.abs((slept[0] ?? 0) - wait)).toBeLessThan(10);
  });

  test.each([
    ['an HTTP date of the past', new Date(NOW - 9_000).toUTCString()],
    ['what nobody can read', 'soon'],
  ])('Retry-After of %s is no wait', async (_name, retryAfter) => {
    server.fail({ status: 503, retryAfter });
    expect(await get()).toEqual({ fine: true });
    expect(slept).toEqual([]);
  });
});

describe('an outage', () => {
  test('names the host and the status', async () => {
    server.fail({ status: 503 }, 3);
    await expect(get()).rejects.toMatchObject({
      code: 'registry-outage',
      exitStatus: 4,
      message: `${server.host} answered 503`,
      next: expect.stringContaining('not a missing version'),
    });
    expect(server.requests).toHaveLength(3);
  });

  test('is said at once where the server asks for more patience than we have', async () => {
    server.fail({ status: 429, retryAfter: '3600' });
    await expect(get()).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${server.host} answered 429: too many requests and asks to wait 3600 s`,
      next: expect.stringContaining('docker login'),
    });
    expect(server.requests).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  test('comes when all waits together are more than our patience', async () => {
    server.fail({ status: 429, retryAfter: '40' }, 3);
    await expect(get()).rejects.toMatchObject({ code: 'registry-outage' });
    expect(server.requests).toHaveLength(2);
    expect(slept).toHaveLength(1);
  });

  test('is a host where nothing listens', async () => {
    const gone = await startLoopback(() => ({ status: 200 }));
    await gone[Symbol.asyncDispose]();
    const { signal } = new AbortController();
    await expect(requestJson(new URL(`http://${gone.host}/`), { signal, timing })).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${gone.host} could not be reached: ECONNREFUSED`,
    });
  });

  test('is a server that does not answer in time', async () => {
    timing = { ...timing, requestTimeout: 50 };
    server.fail('hang', 3);
    await expect(get()).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${server.host} did not answer within 0.05 s`,
    });
  });

  test.each([
    ['/text', 'answered 200 with something that is not JSON: <html> sign in first </html>'],
    ['/gone', 'answered 410: gone'],
    ['/large', 'answered more than 8 MiB'],
  ])('is what %s sends, and is not tried again', async (path, what) => {
    await expect(get(path)).rejects.toMatchObject({ code: 'registry-outage', message: `${server.host} ${what}` });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a cancelled request', () => {
  test('ends while the server is silent', async () => {
    server.fail('hang');
    const controller = new AbortController();
    const reason = new Error('cancelled by the user');
    const got = get('/', controller.signal);
    const rejected = expect(got).rejects.toBe(reason);
    // Only then: a request that is still on its way would come to the next test.
    await server.requested();
    controller.abort(reason);
    await rejected;
  });

  test('ends while we wait to try again', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the user');
    const sleep: Timing['sleep'] = (milliseconds, signal) => {
      setImmediate(() => controller.abort(reason));
      return REAL_TIMING.sleep(milliseconds, signal);
    };
    timing = { ...REAL_TIMING, sleep };
    server.fail({ status: 429, retryAfter: '30' });
    await expect(get('/', controller.signal)).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test('is not sent at all when that was known before', async () => {
    await expect(get('/', AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(server.requests).toHaveLength(0);
  });
});

test.each([
  ['/gone', 410],
  ['/unimplemented', 501],
])('a status that is an answer comes back as it is, at once: %s', async (path, status) => {
  const { signal } = new AbortController();
  const url = new URL(`http://${server.host}${path}`);
  const answer = await request({ method: 'HEAD', url }, { signal, timing });
  expect([answer.status, answer.body.length]).toEqual([status, 0]);
  expect(server.requests).toHaveLength(1);
});
