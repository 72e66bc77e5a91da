import { afterEach, describe, expect, it } from '@jest/globals';
import { artifactPublisher } from '../../../src/action/artifact.js';
import { errorOf } from '../support/errors.js';

const request = { name: undefined, retentionDays: undefined, compressionLevel: 0, overwrite: false };
const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

describe('artifactPublisher', () => {
  it.each([
    ['neither a token nor an address', undefined, undefined],
    ['no token', undefined, 'https://results.example'],
    ['an empty token', '', 'https://results.example'],
    ['no address', 'token', undefined],
  ])('refuses where there is %s, before anything is built', async (_, token, address) => {
    delete process.env.ACTIONS_RUNTIME_TOKEN;
    delete process.env.ACTIONS_RESULTS_URL;
    delete process.env.GITHUB_SERVER_URL;
    if (token !== undefined) process.env.ACTIONS_RUNTIME_TOKEN = token;
    if (address !== undefined) process.env.ACTIONS_RESULTS_URL = address;
    expect(await errorOf(() => artifactPublisher(request))).toMatchObject({
      code: 'artifact-outside-actions',
      exitStatus: 2,
    });
  });
});
