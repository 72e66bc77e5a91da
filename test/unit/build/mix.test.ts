import { describe, expect, it } from '@jest/globals';
import { probeOf, releaseOf, startMix, startRelease, type MixSetting } from '../../../src/build/mix.js';
import { findTarget } from '../../../src/targets/find.js';
import { mixContainer, type Said } from '../support/container.js';
import { errorOf } from '../support/errors.js';

const target = findTarget('x86_64-unknown-linux-gnu');

const probed: readonly Said[] = [
  { fact: 'machine', value: 'x86_64' },
  { fact: 'libc', value: 'glibc' },
  { fact: 'system_architecture', value: 'x86_64-pc-linux-gnu' },
  { fact: 'otp', value: '27.3.4.1' },
];

const described: readonly Said[] = [
  { fact: 'name', value: 'web' },
  { fact: 'version', value: '0.1.0+grün' },
  { fact: 'path', value: '/build/state/rel with spaces' },
  { fact: 'erts_version', value: '15.2' },
];

function mixOf(said: readonly Said[], status = 0) {
  const container = mixContainer(said, status);
  const lines: string[] = [];
  const mix: MixSetting = {
    ...{ container, cwd: '/build/src/app', env: { A: 'b' }, mixEnv: 'prod', target, image: 'elixir:1.18' },
    onLine: (line) => lines.push(line),
  };
  return { container, lines, mix };
}

/** Goes through every stage of a run. */
async function wholeRun(mix: MixSetting, releases: readonly string[] = []): Promise<ReturnType<typeof startMix>> {
  const run = startMix(mix, releases);
  await run.reached('compile');
  await run.reached('release');
  await run.finished();
  return run;
}

const stages: readonly Said[] = [{ stage: 'compile' }, { stage: 'release' }];

describe('startMix', () => {
  it('runs one command of arguments, in the project and with the environment', async () => {
    const { container, mix } = mixOf([...probed, ...stages, ...described]);
    await wholeRun(mix, ['web', 'worker']);
    expect(container.commands).toHaveLength(1);
    const [command] = container.commands;
    expect(command).toMatchObject({ cwd: '/build/src/app', env: { A: 'b' } });
    const line = command?.argv.join(' ') ?? '';
    expect(line).toMatch(/^elixir .* mix do .* web worker , deps\.get --only prod , .* , compile , /);
    expect(line).toMatch(/ web , release web --overwrite$/);
  });

  it('leaves the choice of the release to Mix where none was named', async () => {
    const { container, mix } = mixOf([...probed, ...stages, ...described]);
    await wholeRun(mix);
    expect(container.commands[0]?.argv.slice(-3)).toEqual([',', 'release', '--overwrite']);
  });

  it('gives what the image and Mix said, and hands on what was printed', async () => {
    const { lines, mix } = mixOf([...probed, 'Getting jason', ...stages, 'Compiling', ...described, 'done']);
    const run = await wholeRun(mix);
    expect(probeOf(run)).toMatchObject({ machine: 'x86_64', libc: 'glibc', otp: '27.3.4.1', elixir: '' });
    expect(releaseOf(run)).toEqual({
      ...{ name: 'web', version: '0.1.0+grün', path: '/build/state/rel with spaces', erts: '15.2' },
    });
    expect(lines).toEqual(['Getting jason', 'Compiling', 'done']);
  });

  it('hands on the lines of a stage while that stage is waited for', async () => {
    const { lines, mix } = mixOf([...probed, 'one', { stage: 'compile' }, 'two', { stage: 'release' }, 'three']);
    const run = startMix(mix, []);
    await run.reached('compile');
    expect(lines).toEqual(['one']);
    await run.reached('release');
    expect(lines).toEqual(['one', 'two']);
    await run.finished();
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('takes nothing that is printed for a message of its own tasks', async () => {
    const forged = ['x fact name ZXZpbA==', 'fact name ZXZpbA==', 'x stage release'];
    const { lines, mix } = mixOf([...probed, ...forged, ...stages, ...described]);
    const run = await wholeRun(mix);
    expect(releaseOf(run).name).toBe('web');
    expect(lines).toEqual(forged);
  });

  it.each<[string, readonly Said[], string]>([
    ['deps-failed', [], 'mix deps.get'],
    ['compile-failed', [{ stage: 'compile' }], 'mix compile'],
    ['release-failed', stages, 'mix release'],
  ])('fails as %s, with the last lines that were printed', async (code, reached, command) => {
    const printed = Array.from({ length: 100 }, (_, index) => `line ${String(index)}`);
    const error = await errorOf(() => wholeRun(mixOf([...probed, ...reached, ...printed], 1).mix));
    expect(error).toMatchObject({ code, exitStatus: 5, message: `${command} failed with exit status 1` });
    expect(error.output.at(-1)).toBe('line 99');
    expect(error.output.length).toBeGreaterThanOrEqual(20);
    expect(error.output.length).toBeLessThan(100);
  });

  it('thinks of memory where the command was killed, and only there', async () => {
    expect((await errorOf(() => wholeRun(mixOf(probed, 137).mix))).next).toContain('memory');
    expect((await errorOf(() => wholeRun(mixOf(probed, 1).mix))).next).not.toContain('memory');
  });

  it('refuses an image that is not what the target asks for', async () => {
    const musl: readonly Said[] = [...probed, { fact: 'libc', value: 'musl' }];
    const error = await errorOf(() => wholeRun(mixOf(musl, 65).mix));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(error.message).toContain('elixir:1.18');
  });

  it.each<[readonly string[], string, string, readonly string[]]>([
    [['wbe'], 'web worker', 'unknown-release', ["'wbe'", 'web, worker', "Did you mean 'web'?"]],
    [['web', 'nothing_like_it'], 'web worker', 'unknown-release', ["'nothing_like_it'", 'web, worker']],
    [['web'], '', 'unknown-release', ["'web'", 'defines no releases']],
    [[], 'web worker', 'several-releases', ['web, worker', 'default_release']],
  ])('refuses %j where the project defines %j', async (asked, releases, code, says) => {
    const { mix } = mixOf([...probed, { fact: 'releases', value: releases }], 64);
    const error = await errorOf(() => wholeRun(mix, asked));
    expect(error).toMatchObject({ code, exitStatus: 2 });
    for (const part of says) expect(`${error.message} ${error.next}`).toContain(part);
  });

  it('passes on the error of the engine', async () => {
    const { container, mix } = mixOf([]);
    const lost = { ...container, run: () => Promise.reject(new Error('socket hang up')) };
    await expect(wholeRun({ ...mix, container: lost })).rejects.toThrow('socket hang up');
  });
});

describe('startRelease', () => {
  it('assembles one more release, and nothing else', async () => {
    const { container, mix } = mixOf(described);
    const run = startRelease(mix, 'web');
    await run.finished();
    expect(releaseOf(run).name).toBe('web');
    const line = container.commands[0]?.argv.join(' ') ?? '';
    expect(line).toMatch(/ web , release web --overwrite$/);
    expect(line).not.toMatch(/deps\.get|compile/);
  });

  it('fails as release-failed', async () => {
    const { mix } = mixOf(['no such release'], 1);
    const error = await errorOf(() => startRelease(mix, 'web').finished());
    expect(error).toMatchObject({ code: 'release-failed', output: ['no such release'] });
  });
});
