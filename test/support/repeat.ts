import { expect } from '@jest/globals';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from './cli.js';
import { checkoutOf, temporary } from './checkout.js';

/** These read the tarball, and do not change it. */
export const NO_PROOF: readonly string[] = ['--audit', 'off', '--smoke-test', 'off'];

/**
 * Builds one commit from several directories, twice from each, and sees that the tarball is the same each time. It has a
 * NIF, because a compiler is the part that most easily writes down where and when it ran.
 *
 * @param options - of each build besides
 */
export async function repeatBuilds(
  target: string,
  directories: number,
  options: readonly string[] = NO_PROOF,
): Promise<void> {
  await using checkout = await checkoutOf('examples/nif');
  const sums: string[] = [];
  for (let directory = 0; directory < directories; directory += 1) {
    await using place = await temporary();
    const copy = path.join(place.path, 'a'.repeat(directory + 1));
    await cp(checkout.path, copy, { recursive: true });
    for (const state of ['none', 'kept']) {
      await using out = await temporary();
      const args = [copy, '--target', target, '--cookie', 'strip', '--output', out.path];
      const { status, stdout, stderr } = await runCli(['build', ...args, ...options]);
      expect([status, stderr]).toEqual([0, expect.stringContaining('set RELEASE_COOKIE where')]);
      const [sum = ''] = (await readFile(`${stdout.trim()}.sha256`, 'utf8')).split(' ');
      sums.push(sum);
      expect([state, sum]).toEqual([state, sums[0]]);
    }
  }
  expect(sums).toHaveLength(2 * directories);
  expect(new Set(sums).size).toBe(1);
}
