import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startListing, type ListingServer } from '../rig/listing/server.js';
import { makeAuthority, type Authority } from '../support/authority.js';
import { listening } from '../support/listening.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { runCli, TARGET } from '../support/cli.js';
import { fakeEngine } from '../support/fake-engine/engine.js';
import { serve } from '../support/fake-engine/server.js';
import { startForwardProxy } from '../support/forward-proxy.js';

const NAME = 'images.company.test';
const TAG = '1.17.3-erlang-27.1-debian-bookworm-20250101-slim';
const VERSIONS = ['--elixir-version', '1.17.3', '--otp-version', '27.1', '--os', 'debian:bookworm'];

const scope = new AsyncDisposableStack();
let project: Temporary;
let authority: Authority;
let listing: ListingServer;
let port: number;

// The bundle as users run it: what is loaded late is in a chunk of its own, which nothing else here reaches. A company's
// server has the listing, and an empty registry.
beforeAll(async () => {
  project = scope.use(await checkoutOf('examples/hello'));
  authority = await makeAuthority(scope.use(await temporary()).path, NAME);
  const row = { repo: 'hexpm/elixir', tag: TAG, archs: ['amd64', 'arm64'], built_at: '2025-01-01T00:00:00Z' };
  listing = scope.use(await startListing([row]));
  const server = createServer(authority.server, (request, response) => {
    fetch(`http://${listing.host}${request.url ?? '/'}`).then(
      async (answer) => {
        const type = answer.headers.get('content-type') ?? 'text/plain';
        response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
      },
      () => response.writeHead(502).end(),
    );
  });
  port = await listening(server, scope);
});
afterAll(() => scope.disposeAsync());

/** Runs `plan` against an engine without images. */
async function plan(env: Record<string, string>, ...args: readonly string[]) {
  await using fake = fakeEngine();
  await using engine = await serve(fake);
  const all = ['plan', project.path, '--target', TARGET, ...VERSIONS, '--registry', `${NAME}/mirror`, ...args];
  const api = `https://${NAME}/api/docker`;
  return await runCli(all, { env: { DOCKER_HOST: engine.host, MIX_RELEASE_BUILDER_API: api, ...env } });
}

describe('the look-up of images by the command line', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('asks the proxy that %s names, and trusts ca-certificates', async (name) => {
    await using proxy = await startForwardProxy({ routes: { [`${NAME}:443`]: { host: '127.0.0.1', port } } });
    const { status, stderr } = await plan({ [name]: proxy.url }, '--ca-certificates', authority.file);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${NAME}:443`]));
    expect(listing.requests.map(({ url }) => url.pathname)).toContain('/api/docker');
    // Listed, and not in the registry.
    expect(stderr).toContain('error (no-such-image)');
    expect(stderr).toContain(TAG);
    expect(status).toBe(4);
  });

  it('says what the proxy refuses', async () => {
    await using proxy = await startForwardProxy({ refuses: 403 });
    const { status, stderr } = await plan({ HTTPS_PROXY: proxy.url }, '--ca-certificates', authority.file);
    expect(stderr).toMatch(/error \(registry-outage\): .*403/);
    expect(proxy.asked[0]).toBe(`CONNECT ${NAME}:443`);
    expect(status).toBe(4);
  });

  it('says that an authority is not known', async () => {
    await using proxy = await startForwardProxy({ routes: { [`${NAME}:443`]: { host: '127.0.0.1', port } } });
    const { status, stderr } = await plan({ HTTPS_PROXY: proxy.url });
    expect(stderr).toContain(`error (registry-outage): ${NAME} could not be reached: its certificate`);
    expect(stderr).toContain('ca-certificates');
    expect(status).toBe(4);
  });
});
