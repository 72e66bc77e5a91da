import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { areLocksAsSent, requireSentLocks } from './sent-locks.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';

const hash = createHash('sha256').update('%{}').digest('hex');
const PATHS = ['mix.lock', 'apps/web/mix.lock', 'apps/api/mix.lock', 'deps/jason/mix.lock', 'lib/mix.lock.ex'];
const CWD = '/build/src/apps/web';

describe('requireSentLocks', () => {
  it('looks at the lock of the project and those above it', async () => {
    const checkout = await directoryWith(Object.fromEntries(PATHS.map((name) => [name, '%{}'])));
    const container = stubContainer({ lines: [`${hash}  x`] });
    await requireSentLocks(container, checkout, PATHS, CWD);
    expect(container.commands.map(({ argv }) => argv)).toEqual([
      ['sha256sum', '/build/src/mix.lock'],
      ['sha256sum', '/build/src/apps/web/mix.lock'],
    ]);
  });

  it('has nothing to look at without a lock', async () => {
    const container = stubContainer({});
    await requireSentLocks(container, '/checkout', ['mix.exs'], '/build/src');
    expect(container.commands).toEqual([]);
  });

  it.each([
    ['changed', [`${hash.replace(/^./, 'x')}  /build/src/mix.lock`]],
    ['removed', ["sha256sum: '/build/src/mix.lock': No such file or directory"]],
  ])('refuses a lock that was %s', async (_, lines) => {
    const checkout = await directoryWith({ 'mix.lock': '%{}' });
    const error = await errorOf(() => requireSentLocks(stubContainer({ lines }), checkout, ['mix.lock'], '/build/src'));
    expect(error).toMatchObject({ code: 'lockfile-outdated', exitStatus: 5 });
    expect(error.message).toBe('before-build has changed mix.lock');
  });
});

describe('areLocksAsSent', () => {
  const look = async (answer: Parameters<typeof stubContainer>[0]): Promise<boolean> =>
    areLocksAsSent(stubContainer(answer), await directoryWith({ 'mix.lock': '%{}' }), ['mix.lock'], '/build/src');

  it('says whether one was changed', async () => {
    expect(await look({ lines: [`${hash}  x`] })).toBe(true);
    expect(await look({ lines: ['else'] })).toBe(false);
  });

  it('fails with what else goes wrong', async () => {
    const lost = { ...stubContainer({}), run: () => Promise.reject(new Error('engine lost')) };
    const checkout = await directoryWith({ 'mix.lock': '%{}' });
    await expect(areLocksAsSent(lost, checkout, ['mix.lock'], '/build/src')).rejects.toThrow('engine lost');
  });
});
