import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkoutOf, type Temporary } from '../support/checkout.js';
import { buildRelease, CLI, runCli, TARGET, type Ended } from '../support/cli.js';
import { noContainerWithin, ours } from '../support/engine.js';

const BASE = ['--target', TARGET, '--os', 'debian:trixie', '--pull', 'never'];
let project: Temporary;

beforeAll(async () => {
  project = await checkoutOf('examples/hello');
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await noContainerWithin(7);
});

/** Runs a command in the builder container of the project. */
const shell = (command: readonly string[], ...flags: readonly string[]): Promise<Ended> =>
  runCli(['shell', project.path, ...BASE, ...flags, '--', ...command]);

describe('mix-release shell', () => {
  it('runs a command where Mix runs, as its user, and ends with its status', async () => {
    const script = 'id -un; pwd; echo "$MIX_ENV $EXTRA"; ls mix.exs; mix --version | tail -n 1; echo oops >&2; exit 7';
    const { status, stdout, stderr } = await shell(['sh', '-c', script], '--env', 'EXTRA=more');
    expect(stdout).toMatch(/^builder\n\/build\/src\nprod more\nmix\.exs\nMix 1\.18\.3/);
    expect(stderr).toMatch(/^oops$/m);
    expect(status).toBe(7);
  });

  it('sees what before-build exported', async () => {
    const { stdout } = await shell(['printenv', 'MADE'], '--before-build', 'export MADE=here');
    expect(stdout).toBe('here\n');
  });

  it('works on a copy of the state of the last build, and leaves that as it was', async () => {
    await buildRelease([project.path, ...BASE.slice(2), '--output', path.join(project.path, 'out')]);
    const before = await ours();
    const look = 'ls -d _build/prod/lib/hello && rm -rf _build && echo "no Elixir" >lib/broken.ex && ls lib';
    const { status, stdout } = await shell(['sh', '-c', look]);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('broken.ex') });
    expect(await ours()).toEqual(before);
    const again = await shell(['ls', '-d', '_build/prod/lib/hello', 'lib/broken.ex']);
    expect(again.stdout).toBe('_build/prod/lib/hello\n');
    expect(again.status).toBe(2);
    await buildRelease([project.path, ...BASE.slice(2), '--output', path.join(project.path, 'out')]);
  });

  it('reads its commands from the input where there is no terminal', () => {
    const { status, stdout } = spawnSync(process.execPath, [CLI, 'shell', project.path, ...BASE], {
      input: 'echo "I am $(id -un)"\nexit 3\n',
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'I am builder\n' });
  });

  it('has a terminal of the same size on a terminal', () => {
    const command = [process.execPath, CLI, 'shell', project.path, ...BASE];
    const line = `stty cols 101 rows 37; exec ${command.map((word) => `'${word}'`).join(' ')}`;
    const { status, stdout } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      input: 'tty; stty size; exit 5\n',
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(stdout).toMatch(/^\/dev\/pts\/\d+\r$/m);
    expect(stdout).toMatch(/^37 101\r$/m);
    expect(status).toBe(5);
  });

  it('ends where nobody reads its output, and leaves nothing', async () => {
    const words = [process.execPath, CLI, 'shell', project.path, ...BASE, '--', 'yes'];
    const line = `${words.map((word) => `'${word}'`).join(' ')} 2>/dev/null | head -n 2`;
    const { stdout } = spawnSync('bash', ['-c', line], { encoding: 'utf8', timeout: 120_000 });
    expect(stdout).toBe('y\ny\n');
    await noContainerWithin(7);
  });

  it('says that a program is not there as a shell does', async () => {
    expect((await shell(['no-such-program'])).status).toBe(127);
  });
});

describe('mix-release doctor', () => {
  it('finds the engine that it runs with', async () => {
    const { status, stdout } = await runCli(['doctor']);
    expect(stdout).toMatch(/^engine {4}ok {7}\S+ \S+ at \S+, linux\/(?:amd64|arm64)/);
    expect(stdout.trimEnd().split('\n').length).toBeLessThan(16);
    expect(status).toBe(0);
  });
});
