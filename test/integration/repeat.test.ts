import { afterAll, describe, expect, it } from '@jest/globals';
import { buildRelease, TARGET } from '../support/cli.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { noContainerWithin } from '../support/engine.js';
import { NO_PROOF, repeatBuilds } from '../support/repeat.js';

afterAll(() => noContainerWithin(7));

// More often: test/pairs/repeat.test.ts.
describe('builds of one commit', () => {
  it.concurrent.each([TARGET, 'x86_64-unknown-linux-musl'])(
    'for %s give the same tarball, from other directories, with and without the state of an earlier build',
    (target) => repeatBuilds(target, 2),
    1_200_000,
  );

  it.concurrent('are dated by the commit, and by SOURCE_DATE_EPOCH where it is set', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const args = [checkout.path, '--cookie', 'strip', '--output', out.path, ...NO_PROOF];
    const time = await git(checkout.path, 'log', '-1', '--format=%ct');
    const byCommit = await buildRelease(args);
    const byVariable = await buildRelease([...args, '--env', `SOURCE_DATE_EPOCH=${time}`]);
    const byAnother = await buildRelease([...args, '--env', 'SOURCE_DATE_EPOCH=1000000000']);
    expect(byVariable.sha256).toBe(byCommit.sha256);
    expect(byAnother.sha256).not.toBe(byCommit.sha256);
  });
});
