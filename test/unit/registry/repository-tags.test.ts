import { afterEach, describe, expect, test } from '@jest/globals';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { parseReference } from '../../../src/registry/reference.js';
import { listRepositoryTags, type PagingOptions, type RepositoryTags } from '../../../src/registry/repository-tags.js';
import { openRepository, type RepositoryOptions } from '../../../src/registry/repository.js';
import { startRegistry, type FakeRegistry, type RegistryOptions } from '../../rig/listing/registry.js';

const TAGS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const LOGIN = { kind: 'password', username: 'ann', password: 'pass:word' } as const;

const started: FakeRegistry[] = [];
afterEach(async () => {
  for (const registry of started.splice(0)) await registry[Symbol.asyncDispose]();
});

async function start(options: RegistryOptions = {}, tags: readonly string[] = TAGS): Promise<FakeRegistry> {
  const registry = await startRegistry(options);
  started.push(registry);
  for (const tag of tags) registry.putImage('team/elixir', tag, 'linux/amd64');
  return registry;
}

function list(
  { host }: FakeRegistry,
  options: PagingOptions & Partial<RepositoryOptions> = {},
): Promise<RepositoryTags> {
  const all = { signal: new AbortController().signal, timing: { ...REAL_TIMING, firstDelay: 1 }, ...options };
  return listRepositoryTags(openRepository(parseReference(`${host}/team/elixir`), all), all);
}

const queries = ({ requests }: FakeRegistry): readonly string[] => requests.map(({ url }) => url.search);

describe('the tags of a registry', () => {
  test('come in one request where they fit', async () => {
    const registry = await start();
    expect(await list(registry)).toEqual({ tags: TAGS });
    expect(queries(registry)).toEqual(['?n=1000']);
  });

  test('come page by page', async () => {
    const registry = await start();
    expect(await list(registry, { tagPage: 3 })).toEqual({ tags: TAGS });
    expect(queries(registry)).toEqual(['?n=3', '?n=3&last=c', '?n=3&last=f']);
  });

  test('come in the pages that the registry likes', async () => {
    const registry = await start({ tagPage: 4 });
    expect(await list(registry)).toEqual({ tags: TAGS });
    expect(registry.requests).toHaveLength(2);
  });

  test.each<[string, (next: string, host: string) => string]>([
    ['a whole address', (next, host) => `<http://${host}${next}>; rel="next"`],
    ['the address that the registry has behind its proxy', (next, host) => `<https://${host}${next}>; rel="next"`],
    ['a relation without quotes', (next) => `<${next}>; rel=next`],
    ['a title and a second link', (next) => `</first>; rel="first", <${next}>; title="more"; rel="next"`],
    ['a query alone', (next) => `<${next.slice(next.indexOf('?'))}>; rel="next"`],
  ])('go on after %s', async (_name, linkTo) => {
    const registry: FakeRegistry = await start({ tagPage: 4, linkTo: (next) => linkTo(next, registry.host) });
    expect(await list(registry)).toEqual({ tags: TAGS });
  });

  test('take one token, and the login', async () => {
    const registry = await start({ challenge: 'bearer', login: LOGIN });
    expect(await list(registry, { tagPage: 3, credentials: () => Promise.resolve(LOGIN) })).toEqual({ tags: TAGS });
    expect(registry.requests.filter(({ url }) => url.pathname === '/token')).toHaveLength(1);
  });

  test('come where a page needed a second try', async () => {
    const registry = await start();
    registry.fail('reset');
    registry.fail({ status: 503 });
    expect(await list(registry)).toEqual({ tags: TAGS });
  });
});

describe('a list that ends too early says why', () => {
  test('after too many pages', async () => {
    const registry = await start();
    expect(await list(registry, { tagPage: 2, maxTagPages: 2 })).toEqual({
      tags: ['a', 'b', 'c', 'd'],
      incompleteBecause: 'lists more than 2 pages of tags',
    });
  });

  test('before it asks another host, which gets neither a request nor a token', async () => {
    const elsewhere = await start();
    const registry = await start({
      challenge: 'bearer',
      tagPage: 2,
      linkTo: (next) => `<http://${elsewhere.host}${next}>; rel="next"`,
    });
    expect(await list(registry)).toEqual({
      tags: ['a', 'b'],
      incompleteBecause: `links to another host (${elsewhere.host}) for more of its tags, which was not followed`,
    });
    expect(elsewhere.requests).toHaveLength(0);
  });

  test.each([
    ['the same page', '?n=1000'],
    ['a page before', '?n=2&last=b'],
  ])('where it leads to %s', async (_name, query) => {
    const registry = await start({
      tagPage: 2,
      linkTo: (next) => `<${next.includes('last=d') ? query : next}>; rel=next`,
    });
    const { tags, incompleteBecause: incompleteBecause } = await list(registry);
    expect(tags).toEqual(['a', 'b', 'c', 'd']);
    expect(incompleteBecause).toBe('links to the same page again for more of its tags');
    expect(registry.requests).toHaveLength(2);
  });

  test('where a later page is missing', async () => {
    const registry = await start({ tagPage: 2, linkTo: () => '</v2/other/path/tags/list>; rel="next"' });
    expect(await list(registry)).toEqual({ tags: ['a', 'b'], incompleteBecause: 'answered 404 for its tags' });
  });
});

describe('a registry that does not list', () => {
  test.each<[string, Required<RegistryOptions>['tagsReply'], string]>([
    ['404', { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' }, 'answered 404 for its tags'],
    ['405', { status: 405, body: '{"errors":[{"code":"UNSUPPORTED"}]}' }, 'answered 405 for its tags'],
    ['501', { status: 501 }, 'answered 501 for its tags'],
    ['403', { status: 403 }, 'answered 403 for its tags'],
    ['no tags', { status: 200, body: '{"name":"team/elixir","tags":[]}' }, 'lists no tags'],
    ['null', { status: 200, body: '{"name":"team/elixir","tags":null}' }, 'lists no tags'],
    ['an error', { status: 200, body: '{"errors":[]}' }, 'answered something other than a list of tags'],
    ['a page', { status: 200, body: '<html>sign in</html>' }, 'answered something other than a list of tags'],
    ['nothing', { status: 200, body: '' }, 'answered something other than a list of tags'],
  ])('but answers %s says so, at once', async (_name, tagsReply, incompleteBecause) => {
    const registry = await start({ tagsReply });
    expect(await list(registry)).toEqual({ tags: [], incompleteBecause });
    expect(registry.requests).toHaveLength(1);
  });

  test('because we may not read it says so', async () => {
    const registry = await start({ challenge: 'bearer', login: LOGIN });
    expect(await list(registry)).toEqual({
      tags: [],
      incompleteBecause: `does not list its tags (${registry.host} answered 401 to an anonymous request for repository:team/elixir:pull)`,
    });
  });
});

test.each([
  ['429', { status: 429 }, ' answered 429: too many requests'],
  ['503', { status: 503 }, ' answered 503'],
  ['nothing', 'reset', ' could not be reached'],
] as const)('a registry that answers %s is an outage of that host', async (_name, fault, text) => {
  const registry = await start();
  registry.fail(fault, 3);
  await expect(list(registry)).rejects.toMatchObject({
    code: 'registry-outage',
    message: expect.stringContaining(registry.host + text),
  });
});
