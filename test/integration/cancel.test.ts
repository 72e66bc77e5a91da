import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startCli, TARGET, type Started } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { noContainerWithin } from '../support/engine.js';

afterAll(() => noContainerWithin(7));

/** A checkout of hello whose compilation says that it has begun and then takes a minute. */
async function slowProject(): Promise<Temporary> {
  const checkout = await checkoutOf('examples/hello');
  const slow = 'IO.puts("compiling slowly")\nProcess.sleep(60_000)\n';
  await writeFile(path.join(checkout.path, 'lib/slow.ex'), slow);
  return checkout;
}

const startBuild = (checkout: Temporary, out: Temporary): Started =>
  startCli(['build', checkout.path, '--target', TARGET, '--output', out.path, '--verbose']);

describe('a build that is told to stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s: exits 130 within 7 s and leaves nothing', async (signal) => {
    await using checkout = await slowProject();
    await using out = await temporary();
    const { child, printed, ended } = startBuild(checkout, out);
    await printed('compiling slowly');
    const requested = Date.now();
    child.kill(signal);
    const { status, stdout, stderr } = await ended;
    expect(Date.now() - requested).toBeLessThan(7000);
    expect(status).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain('error (cancelled): the build was cancelled during stage compile');
    await noContainerWithin(1);
    expect(await readdir(out.path)).toEqual([]);
  });

  it('by SIGKILL: its container goes with it, because it lives on our connection', async () => {
    await using checkout = await slowProject();
    await using out = await temporary();
    const { child, printed, ended } = startBuild(checkout, out);
    await printed('compiling slowly');
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    await noContainerWithin(7);
    expect((await readdir(out.path)).filter((name) => !name.startsWith('.partial-'))).toEqual([]);
  });
});
