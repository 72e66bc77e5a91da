import { describe, expect, it } from '@jest/globals';
import {
  lockNote,
  probeOf,
  releaseOf,
  startBuilding,
  startFetching,
  startMix,
  startRelease,
  type MixContext,
} from '../../../src/mix/mix.js';
import { NO_RELEASE_ARGS, readReleaseArgs } from '../../../src/mix/release-args.js';
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

function mixOf(said: readonly Said[], status = 0, changes: Partial<MixContext> = {}) {
  const container = mixContainer(said, status);
  const lines: string[] = [];
  const mix: MixContext = {
    ...{
      container,
      cwd: '/build/src/app',
      env: { A: 'b' },
      mixEnv: 'prod',
      target,
      image: 'elixir:1.18',
    },
    onLine: (line) => lines.push(line),
    ...{
      redact: (line) => line.replaceAll('secret', '***'),
      releaseArgs: NO_RELEASE_ARGS,
      checkLocked: true,
      inventory: false,
    },
    inputs: { whole: 'w', environment: 'v', epoch: 'e' },
    ...changes,
  };
  return { container, lines, mix };
}

/** Goes through every stage of a run. */
async function wholeRun(mix: MixContext, releases: readonly string[] = []): Promise<ReturnType<typeof startMix>> {
  const run = startMix(mix, releases, 'release');
  await run.reached('compile');
  await run.reached('release');
  await run.finished();
  return run;
}

const stages: readonly Said[] = [{ stage: 'compile' }, { stage: 'release' }];

describe('startMix', () => {
  it('stops at the compiled code where something is to run before the release', async () => {
    const { container, mix } = mixOf([...probed, ...stages]);
    const run = startMix(mix, ['web'], 'compile');
    await run.reached('compile');
    await run.reached('release');
    await run.finished();
    const words = container.commands[0]?.argv ?? [];
    expect(words).toContain('mix_release_builder.compile');
    expect(words).not.toContain('release,');
    expect(words.join(' ')).not.toMatch(/ , release| , mix_release_builder\.describe/);
  });

  it('runs one command of arguments, in the project and with the environment', async () => {
    const { container, mix } = mixOf([...probed, ...stages, ...described]);
    await wholeRun(mix, ['web', 'worker']);
    expect(container.commands).toHaveLength(1);
    const [command] = container.commands;
    expect(command).toMatchObject({ cwd: '/build/src/app', env: { A: 'b' } });
    const line = command?.argv.join(' ') ?? '';
    expect(line).toMatch(
      /^elixir .* mix do .* web worker , .* , deps\.get --only prod , .* , mix_release_builder\.compile \S+ , /,
    );
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
    const run = startMix(mix, [], 'release');
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

  it('names the likely cause of the failed stage, however long ago it was printed, and of no earlier one', async () => {
    const early = 'curl: (60) SSL certificate problem: self-signed certificate';
    const rest = Array.from({ length: 200 }, (_, index) => `line ${String(index)}`);
    const printed = ['a.c:1:10: fatal error: openssl/ssl.h: No such file or directory', ...rest];
    const said: readonly Said[] = [...probed, early, { stage: 'compile' }, ...printed];
    const error = await errorOf(() => wholeRun(mixOf(said, 1).mix));
    expect(error.message).toBe(
      'mix compile failed with exit status 1, probably because the builder does not have the header openssl/ssl.h',
    );
    expect(error.next).toBe('Add it: packages: libssl-dev.');
    const musl = { target: findTarget('x86_64-unknown-linux-musl') };
    expect((await errorOf(() => wholeRun(mixOf(said, 1, musl).mix))).next).toBe('Add it: packages: openssl-dev.');
  });

  it('names a cause that arrived before the message of its stage, where the stage says nothing', async () => {
    const early = [
      '** (ErlangError) Erlang error: :enoent',
      '    lib/system.ex:1: System.cmd("cargo", ["--version"], [])',
    ];
    const said: readonly Said[] = [...probed, ...early, { stage: 'compile' }, 'Compiling 1 file (.ex)'];
    expect((await errorOf(() => wholeRun(mixOf(said, 1).mix))).message).toContain('does not have the program cargo');
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
    [[], 'web worker', 'ambiguous-release', ['web, worker', 'default_release']],
  ])('refuses %j where the project defines %j', async (requested, releases, code, says) => {
    const { mix } = mixOf([...probed, { fact: 'releases', value: releases }], 64);
    const error = await errorOf(() => wholeRun(mix, requested));
    expect(error).toMatchObject({ code, exitStatus: 2 });
    for (const part of says) expect(`${error.message} ${error.next}`).toContain(part);
  });

  it('passes on the error of the engine', async () => {
    const { container, mix } = mixOf([]);
    const lost = { ...container, run: () => Promise.reject(new Error('socket hang up')) };
    await expect(wholeRun({ ...mix, container: lost })).rejects.toThrow('socket hang up');
  });
});

/** The tasks of a run's command, without our mark. */
async function tasksOf(start: (mix: MixContext) => unknown, changes: Partial<MixContext>): Promise<readonly string[]> {
  const { container, mix } = mixOf([...probed, ...stages, ...described], 0, changes);
  await (start(mix) as ReturnType<typeof startMix>).finished();
  const line = container.commands[0]?.argv.slice(6).join(' ') ?? '';
  return line
    .replaceAll(/ [0-9a-f]{8}-[0-9a-f-]{27}/g, '')
    .split(' , ')
    .filter((task) => !task.includes('.stage'));
}

describe('arguments of mix release', () => {
  const fetching = ['mix_release_builder.probe x86_64 glibc', 'mix_release_builder.releases web'];

  it.each<[readonly string[], readonly string[]]>([
    [
      ['--version 1.2.3', '--path out', '--quiet'],
      ['deps.get --only prod', 'mix_release_builder.compile', 'describe web', '--quiet --path out --version 1.2.3'],
    ],
    [['--force'], ['deps.get --only prod', 'mix_release_builder.compile --force', 'describe web', '--force']],
    [
      ['--no-archives-check', '--no-elixir-version-check'],
      [
        'deps.get --only prod --no-archives-check',
        'mix_release_builder.compile --no-archives-check --no-elixir-version-check',
        'describe web',
        '--no-archives-check --no-elixir-version-check',
      ],
    ],
    [
      ['--no-deps-check'],
      ['deps.get --only prod', 'mix_release_builder.compile --no-deps-check', 'describe web', '--no-deps-check'],
    ],
    [['--no-compile'], ['deps.get --only prod', 'loadpaths --no-compile', 'describe web', '--no-compile']],
  ])('%j are where they have their meaning', async (words, wanted) => {
    const changes = { releaseArgs: readReleaseArgs(words), checkLocked: false };
    const args = wanted.at(-1) ?? '';
    const tasks = wanted.slice(0, -2);
    expect(await tasksOf((mix) => startMix(mix, ['web'], 'release'), changes)).toEqual([
      ...fetching,
      ...tasks.slice(0, 1),
      ...(words.includes('--no-compile') ? [] : ['mix_release_builder.prepare w v e']),
      ...tasks.slice(1),
      `mix_release_builder.describe web ${args}`,
      `release web ${args} --overwrite`,
    ]);
  });

  it('look at compiled code once dependencies are there, and before it is used', async () => {
    const inputs = { whole: 'a1', environment: 'b2', epoch: 'c3' };
    const tasks = await tasksOf((mix) => startMix(mix, ['web'], 'compile'), { inputs, checkLocked: false });
    const at = tasks.indexOf('mix_release_builder.prepare a1 b2 c3');
    expect(at).toBeGreaterThan(tasks.indexOf('deps.get --only prod'));
    expect(at).toBe(tasks.indexOf('mix_release_builder.compile') - 1);
    const uncompiled = { inputs, releaseArgs: readReleaseArgs(['--no-compile']) };
    expect((await tasksOf((mix) => startMix(mix, [], 'release'), uncompiled)).join()).not.toContain('.prepare');
  });

  it('compile once, however many releases there are', async () => {
    const changes = { releaseArgs: readReleaseArgs(['--force --quiet']) };
    expect(await tasksOf((mix) => startRelease(mix, 'web'), changes)).toEqual([
      'mix_release_builder.describe web --quiet',
      'release web --quiet --overwrite',
    ]);
  });
});

describe('startFetching and startBuilding', () => {
  it('share the work of startMix', async () => {
    const fetching = await tasksOf((mix) => startFetching(mix, ['web']), {});
    const building = await tasksOf((mix) => startBuilding(mix, ['web'], 'release'), {});
    const hexAuth = 'mix_release_builder.hex_auth';
    expect(fetching).toContain(hexAuth);
    const whole = await tasksOf((mix) => startMix(mix, ['web'], 'release'), {});
    expect([...fetching.filter((task) => task !== hexAuth), ...building]).toEqual(whole);
  });

  it('hide secrets in what is printed, and in the error', async () => {
    const { lines, mix } = mixOf([...probed, 'a secret line'], 1);
    const error = await errorOf(() => startFetching(mix, []).finished());
    expect(error.output).toEqual(['a *** line']);
    expect(lines).toEqual(['a *** line']);
  });
});

describe('the lock', () => {
  it('is held against what fetching made of it, unless that is not wanted', async () => {
    const lock = 'mix_release_builder.lock';
    const checked = await tasksOf((mix) => startFetching(mix, []), {});
    expect(checked.filter((task) => task === lock)).toHaveLength(2);
    expect(checked.at(-1)).toBe(lock);
    expect(checked.indexOf(lock)).toBeLessThan(checked.indexOf('deps.get --only prod'));
    expect(await tasksOf((mix) => startFetching(mix, []), { checkLocked: false })).not.toContain(lock);
  });

  it('that does not fit is an error that says why', async () => {
    const { mix } = mixOf([...probed, { fact: 'drifted', value: 'jason is not in it\nplug is at 1.0' }], 66);
    const error = await errorOf(() => wholeRun(mix));
    expect(error).toMatchObject({ code: 'lockfile-outdated', exitStatus: 5 });
    expect(error.message).toContain('jason is not in it; plug is at 1.0');
  });

  it('that is not there is worth a note', async () => {
    const without = await wholeRun(mixOf([...probed, { fact: 'unlocked', value: 'yes' }, ...stages]).mix);
    expect(lockNote(without)).toContain('no mix.lock');
    expect(lockNote(await wholeRun(mixOf([...probed, ...stages]).mix))).toBeUndefined();
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
