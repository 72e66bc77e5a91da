import { describe, expect, it } from '@jest/globals';
import { unsupportedServer } from '../../../src/action/server.js';

const at = (address: string): Record<string, string> => ({ GITHUB_SERVER_URL: address });

describe('unsupportedServer', () => {
  it.each([
    ['no address', {}],
    ['an empty address', at('')],
    ['GitHub', at('https://github.com')],
    ['GitHub in capitals', at('https://GitHub.com/')],
    ['GitHub with data residency', at('https://octo.ghe.com')],
    ['a server of tests', at('http://api.localhost:8080')],
  ])('lets %s be', (_, env) => {
    expect(unsupportedServer(env)).toBeUndefined();
  });

  it.each([
    ['GitHub Enterprise Server', at('https://git.example.com')],
    ['GitHub Enterprise Server', at('https://github.com.example')],
    ['GitHub Enterprise Server', at('https://notghe.com')],
    ['GitHub Enterprise Server', at('no address at all')],
    ['Gitea', { ...at('https://gitea.example'), GITEA_ACTIONS: 'true' }],
    ['Gitea', { ...at('https://github.com'), GITEA_ACTIONS: 'true' }],
    ['Forgejo', { ...at('https://forgejo.example'), GITEA_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }],
  ])('knows %s by %j', (name, env) => {
    expect(unsupportedServer(env)).toMatchObject({ name, uploadAction: expect.stringContaining('upload-artifact') });
  });
});
