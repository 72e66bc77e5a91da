import { describe, it } from '@jest/globals';
import { connectEngine } from '../../../src/engine/connect.js';
import { ENGINE_CONTRACT } from '../../contract/engine/contract.js';
import { fakeSubject } from '../../contract/engine/fake-subject.js';
import { serve } from '../../support/fake-engine/server.js';

describe.each(['1.41', '1.51'])("the adapter for Docker's API %s, on a fake engine that speaks it", (api) => {
  it.each(ENGINE_CONTRACT.map(({ title, check }) => [title, check] as const))('%s', async (_, check) => {
    await using scope = new AsyncDisposableStack();
    const subject = await fakeSubject(async (fake) => {
      const { host } = scope.use(await serve(fake, { api }));
      return scope.use(await connectEngine({ DOCKER_HOST: host }, '/nowhere'));
    });
    await check(subject);
  });
});
