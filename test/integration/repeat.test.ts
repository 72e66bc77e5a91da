import { afterAll, describe, expect, it } from '@jest/globals';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildRelease, runCli, TARGET } from '../support/cli.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { noContainerWithin } from '../support/engine.js';

afterAll(() => noContainerWithin(7));

const TIMES = 10;
/** These read the tarball, and do not change it. */
const NO_PROOF = ['--audit', 'off', '--smoke-test', 'off'];

describe('builds of one commit', () => {
  // A NIF, because a compiler is the part that most easily writes down where and when it ran.
  it.concurrent.each([TARGET, 'x86_64-unknown-linux-musl'])(
    'for %s give the same tarball, from other directories, with and without the state of an earlier build',
    async (target) => {
      await using checkout = await checkoutOf('examples/nif');
      const sums: string[] = [];
      for (let directory = 0; directory < TIMES / 2; directory += 1) {
        await using place = await temporary();
        const copy = path.join(place.path, 'a'.repeat(directory + 1));
        await cp(checkout.path, copy, { recursive: true });
        for (const state of ['none', 'kept']) {
          await using out = await temporary();
          const args = [copy, '--target', target, '--cookie', 'strip', '--output', out.path];
          const { status, stdout, stderr } = await runCli(['build', ...args, ...NO_PROOF]);
          expect([status, stderr]).toEqual([0, expect.stringContaining('set RELEASE_COOKIE where')]);
          const [sum = ''] = (await readFile(`${stdout.trim()}.sha256`, 'utf8')).split(' ');
          sums.push(sum);
          expect([state, sum]).toEqual([state, sums[0]]);
        }
      }
      expect(sums).toHaveLength(TIMES);
      expect(new Set(sums).size).toBe(1);
    },
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
