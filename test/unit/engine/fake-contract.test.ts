import { describe, it } from '@jest/globals';
import { ENGINE_CONTRACT } from '../../contract/engine/contract.js';
import { fakeSubject } from '../../contract/engine/fake-subject.js';

describe('the fake engine', () => {
  it.each(ENGINE_CONTRACT.map(({ title, check }) => [title, check] as const))('%s', async (_, check) => {
    const subject = await fakeSubject();
    await check(subject);
    await subject.engine[Symbol.asyncDispose]();
  });
});
