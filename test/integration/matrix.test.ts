import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareStep, startAction, type Step } from '../support/action.js';
import { temporary, type Temporary } from '../support/checkout.js';
import { runCli } from '../support/cli.js';

const ROWS = {
  include: [
    { target: 'x86_64-unknown-linux-musl', runner: 'ubuntu-24.04', platform: 'linux/amd64' },
    { target: 'aarch64-unknown-linux-gnu', runner: 'ubuntu-24.04-arm', platform: 'linux/arm64' },
  ],
};
const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

let directory: Temporary;
let step: Step;
beforeEach(async () => {
  directory = await temporary();
  step = await prepareStep(directory.path, directory.path);
});
afterEach(async () => {
  await directory[Symbol.asyncDispose]();
});

describe('the matrix bundle, run as a runner runs it', () => {
  it.each(['linux-x64-musl, aarch64-unknown-linux-gnu', 'linux-x64-musl\naarch64-unknown-linux-gnu\n'])(
    'sets the rows for %j, without an engine',
    async (targets) => {
      const { status, stdout } = await startAction('matrix', step, { targets }, NO_ENGINE).ended;
      expect({ status, errors: stdout.match(/^::error.*$/gm) }).toEqual({ status: 0, errors: null });
      expect(JSON.parse((await step.outputs()).matrix ?? '')).toEqual(ROWS);
    },
  );

  it('has every target when the input is empty', async () => {
    await startAction('matrix', step, { targets: '' }, NO_ENGINE).ended;
    const { include } = JSON.parse((await step.outputs()).matrix ?? '') as typeof ROWS;
    expect(include).toHaveLength(4);
  });

  it('fails by one annotation that says what is wrong, and sets nothing', async () => {
    const { status, stdout } = await startAction('matrix', step, { targets: 'linux-x64-glibd' }, NO_ENGINE).ended;
    expect(status).toBe(2);
    expect(stdout.match(/^::error::.*$/gm)).toEqual([
      expect.stringContaining("unknown target 'linux-x64-glibd' (unknown-target)"),
    ]);
    expect(await step.outputs()).toEqual({});
  });
});

describe('mix-release matrix', () => {
  it('prints the same rows', async () => {
    const { status, stdout } = await runCli(['matrix', 'linux-x64-musl', 'linux-arm64-gnu'], { env: NO_ENGINE });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(ROWS);
  });

  it('refuses a target that a build would refuse', async () => {
    const { status, stderr, stdout } = await runCli(['matrix', 'riscv64'], { env: NO_ENGINE });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('error (unsupported-target)');
  });
});
