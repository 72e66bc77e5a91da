import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestJson, REAL_TIMING } from '../../../src/registry/http.js';
import { fetchBy, type Network } from '../../../src/registry/network.js';
import { startLoopback } from '../../rig/listing/loopback.js';
import { makeAuthority, type Authority } from '../../support/authority.js';
import { listening } from '../../support/listening.js';
import { startForwardProxy } from '../../support/forward-proxy.js';
import { errorOf } from '../support/errors.js';

const NAME = 'registry.company.test';
const scope = new AsyncDisposableStack();
let authority: Authority;
let port: number;

// A server of a company: only its own authority vouches for it, and only its proxy knows its name.
beforeAll(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-test-'));
  scope.defer(() => rm(directory, { recursive: true }));
  authority = await makeAuthority(directory, NAME);
  const server = createServer(authority.server, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"fine":true}');
  });
  port = await listening(server, scope);
});
afterAll(() => scope.disposeAsync());

const ask = (url: string, network: Network): Promise<unknown> =>
  requestJson(new URL(url), {
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1, requestTimeout: 5000 },
    fetch: fetchBy(network),
  });

/** A proxy that leads to the server by its name. */
const companyProxy = () => startForwardProxy({ routes: { [`${NAME}:443`]: { host: '127.0.0.1', port } } });

describe('fetchBy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'reaches a host by the proxy that %s names, and trusts its authority',
    async (name) => {
      await using proxy = await companyProxy();
      const network = { env: { [name]: proxy.url }, authorities: [authority.certificate] };
      expect(await ask(`https://${NAME}/`, network)).toEqual({ fine: true });
      expect(proxy.asked).toEqual([`CONNECT ${NAME}:443`]);
    },
  );

  it('keeps the authorities of this machine', async () => {
    await using proxy = await companyProxy();
    const { url } = proxy;
    await using plain = await startLoopback(() => ({ status: 200, body: '{"plain":true}' }));
    const network = { env: { HTTPS_PROXY: url }, authorities: [authority.certificate] };
    // Loopback is never asked of a proxy.
    expect(await ask(`http://${plain.host}/`, network)).toEqual({ plain: true });
    expect(proxy.asked).toEqual([]);
  });

  it('takes a proxy without a scheme, with a user and a password', async () => {
    await using proxy = await companyProxy();
    const HTTPS_PROXY = proxy.url.replace('http://', 'me:p%40ss@');
    await ask(`https://${NAME}/`, { env: { HTTPS_PROXY }, authorities: [authority.certificate] });
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  });

  it('asks a proxy for http without a tunnel', async () => {
    await using far = await startLoopback(() => ({ status: 200, body: '{"far":true}' }));
    await using proxy = await startForwardProxy();
    const url = `http://${far.host.replace('127.0.0.1', '127.0.0.2')}/`;
    // What listens at 127.0.0.1 alone is not at 127.0.0.2: the proxy is asked, and says so.
    const error = await errorOf(() => ask(url, { env: { HTTP_PROXY: proxy.url }, authorities: [] }));
    expect(error).toMatchObject({ code: 'registry-outage', message: expect.stringContaining('502') });
    expect(proxy.asked[0]).toBe(`GET ${url}`);
  });

  it.each([NAME, 'company.test', '.company.test', `other.test, ${NAME}:443`, '*'])(
    'goes past the proxy to what NO_PROXY names by %s',
    async (noProxy) => {
      await using proxy = await companyProxy();
      const network = { env: { HTTPS_PROXY: proxy.url, NO_PROXY: noProxy }, authorities: [authority.certificate] };
      // Without the proxy, nobody knows the name.
      expect(await errorOf(() => ask(`https://${NAME}/`, network))).toMatchObject({ code: 'registry-outage' });
      expect(proxy.asked).toEqual([]);
    },
  );

  it('says what a proxy refuses', async () => {
    await using proxy = await startForwardProxy({ refuses: 407 });
    const network = { env: { HTTPS_PROXY: proxy.url }, authorities: [] };
    const error = await errorOf(() => ask(`https://${NAME}/`, network));
    expect(error).toMatchObject({ code: 'registry-outage', message: expect.stringContaining('407') });
  });

  it('says at once that an authority is not known, and how to name it', async () => {
    await using proxy = await companyProxy();
    const error = await errorOf(() => ask(`https://${NAME}/`, { env: { HTTPS_PROXY: proxy.url }, authorities: [] }));
    expect(error).toMatchObject({ code: 'registry-outage', next: expect.stringContaining('ca-certificates') });
    expect(error.message).toMatch(/^registry\.company\.test could not be reached: its certificate .* \(\w+\)$/);
    expect(proxy.asked).toHaveLength(1);
  });

  it.each(['socks5://me:secret@proxy.test', 'ftp://proxy.test', 'http://', 'http://a b'])(
    'refuses the proxy %s without saying its text',
    async (url) => {
      const error = await errorOf(() => fetchBy({ env: { HTTPS_PROXY: url }, authorities: [] }));
      expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
      expect(error.message).toMatch(/^HTTPS_PROXY is set/);
      expect(error.message).not.toContain('proxy.test');
    },
  );
});
