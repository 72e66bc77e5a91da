import { describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { BUILD, build } from '../../../src/pipeline/build.js';
import type { BuildOutcome } from '../../../src/pipeline/result.js';
import { ANY_STAGE } from '../../../src/pipeline/stage.js';
import { answering, projectRun, type ProjectRun, type RunChanges } from '../../support/fake-project.js';
import type { Command } from '../../../src/engine/container.js';
import { ARM, GNU, MUSL } from '../audit/support/releases.js';

const OLD = ['web-0.1.0-x86_64-unknown-linux-gnu.tar.gz'];

/** A run of the project for its own target, for musl, and for another machine. */
function runOfTargets({ options, ...changes }: RunChanges = {}): Promise<ProjectRun> {
  const target = [GNU, MUSL, ARM].join('\n');
  const os = '*-gnu => debian:trixie\n*-musl => alpine:3.22';
  return projectRun({ options: { target, os, ...options }, ...changes });
}

/** Runs a build to its end, and checks that nothing of it is left in the engine, and all or nothing in its output. */
async function ended(run: ProjectRun): Promise<BuildOutcome> {
  const outcome = await build(run.requests, run.context);
  const { containers, networks } = run.engine.left();
  expect([containers, networks]).toEqual([[], []]);
  const files = await readdir(run.request.output);
  if (outcome.error) expect([files, run.published, outcome.releases]).toEqual([OLD, [], []]);
  else expect(files).toEqual(expect.arrayContaining(outcome.releases.map(({ tarball }) => path.basename(tarball))));
  return outcome;
}

const isCross = (command: Command, triple: string): boolean =>
  command.argv.includes('mix_release_builder.cross') && command.argv.includes(triple);

describe('a run of three targets', () => {
  it('compiles once, puts native code in its place once a target, and places all their releases', async () => {
    const run = await runOfTargets();
    const { error, releases, outputs } = await ended(run);
    expect(error).toBeUndefined();
    expect(releases.map(({ name, target }) => `${name} ${target}`)).toEqual(
      [GNU, MUSL, ARM].flatMap((triple) => [`web ${triple}`, `api ${triple}`]),
    );
    const started = (stage: string): number =>
      run.events.filter(([what, name]) => what === 'started' && name === stage).length;
    expect(['deps', 'compile', 'natives', 'release', 'smoke', 'place'].map(started)).toEqual([1, 1, 2, 6, 6, 1]);
    expect(run.events).toContainEqual(['ended', 'natives', 'for this target: web']);
    expect(outputs.target).toBe([GNU, MUSL, ARM].join('\n'));
    expect(outputs.method).toBe(['native', 'cross', 'cross'].join('\n'));
  });

  it('starts Mix for another target with its own variables, and puts the code back with its last release', async () => {
    const run = await runOfTargets({ options: { env: `A=all\n${MUSL} => A=musl` } });
    const mix: Command[] = [];
    answering(run, (command) => {
      if (command.title === 'mix') mix.push(command);
      return undefined;
    });
    expect((await ended(run)).error).toBeUndefined();
    const of = (triple: string): readonly Command[] => mix.filter(({ env }) => env?.MIX_RELEASE_TARGET === triple);
    expect(of(MUSL).map(({ env }) => env?.A)).toEqual(['musl', 'musl']);
    expect(of(ARM).map(({ env }) => env?.A)).toEqual(['all', 'all']);
    for (const triple of [MUSL, ARM]) {
      expect(of(triple).map(({ argv }) => argv.includes('mix_release_builder.restore'))).toEqual([false, true]);
    }
    expect(of(ARM)[0]?.env).toMatchObject({ TARGET_ARCH: 'aarch64' });
    expect(of(MUSL)[0]?.env).not.toHaveProperty('TARGET_ARCH');
  });
});

describe('one of three targets that cannot be built', () => {
  it('is named in the error after the others were tried, and nothing is placed', async () => {
    const run = await runOfTargets();
    answering(run, (command) =>
      isCross(command, MUSL) ? { lines: ['make: gcc: No such file'], status: 1 } : undefined,
    );
    const { error } = await ended(run);
    expect(error).toMatchObject({ code: 'cannot-cross', message: expect.stringContaining(`${MUSL}: `) });
    expect(error?.output.join('\n')).toContain('make: gcc: No such file');
    expect(run.events.filter(([what]) => what === 'warned')).toEqual([
      ['warned', expect.stringMatching(new RegExp(`^${MUSL} failed: `))],
    ]);
    // What follows is tried for the two others alone.
    expect(run.events.filter(([what, name]) => what === 'started' && name === 'smoke')).toHaveLength(4);
  });

  it('is one of several: the error counts and names them', async () => {
    const run = await runOfTargets();
    answering(run, (command) => (command.argv.includes('mix_release_builder.cross') ? { status: 1 } : undefined));
    const { error } = await ended(run);
    expect(error?.message).toMatch(new RegExp(`^2 of 3 targets failed\\. ${MUSL}: .*${ARM}: `));
  });

  it('where all share what failed, each is named', async () => {
    const run = await runOfTargets();
    answering(run, (command) => (command.argv.includes('deps.get') ? { status: 1 } : undefined));
    const { error } = await ended(run);
    expect(error).toMatchObject({ code: 'deps-failed' });
    expect(error?.message).toContain('3 of 3 targets failed');
  });

  it('is refused with --no-compile, which leaves no native code of its own', async () => {
    const run = await runOfTargets({ options: { 'release-args': '--no-compile' } });
    const { error } = await ended(run);
    expect(error).toMatchObject({ code: 'cannot-cross', message: expect.stringContaining('--no-compile') });
  });

  it('is refused for a release with a runtime of its own, before anything is compiled', async () => {
    const run = await runOfTargets({ ownErts: '"/opt/otp"' });
    const { error } = await ended(run);
    expect(error).toMatchObject({ code: 'cannot-cross' });
    expect(error?.message).toContain('release web has include_erts: "/opt/otp"');
    expect(run.events.filter(([what, stage]) => what === 'started' && stage === 'compile')).toEqual([]);
    // A target of the same machine has the runtime that the project names.
    const own = await runOfTargets({ ownErts: '"/opt/otp"', options: { target: `${GNU}\n${MUSL}` } });
    expect((await ended(own)).error).toBeUndefined();
  });

  it('is refused where its own builder has another Elixir', async () => {
    const run = await runOfTargets({ probes: { [MUSL]: { elixir: '1.18.4' } } });
    const { error } = await ended(run);
    expect(error?.message).toMatch(new RegExp(`^${MUSL}: .*1\\.18\\.4`));
  });
});

describe('a smoke test for another machine, where no emulator is registered', () => {
  const runOfArm = async (test: string): Promise<ProjectRun> => {
    const run = await projectRun({ options: { target: ARM, 'smoke-test': test } });
    answering(run, (_, { spec }) =>
      spec.platform === 'linux/arm64' ? { lines: ['exec /bin/sh: exec format error'], status: 1 } : undefined,
    );
    return run;
  };

  it('is not run, which the log, the output and the summary say', async () => {
    const run = await runOfArm('');
    const { error, outputs, summaries } = await ended(run);
    expect(error).toBeUndefined();
    expect(outputs.smoke?.split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(
      Array.from({ length: 2 }, () => ({ version: 1, test: 'not-run', why: expect.stringContaining('no emulator') })),
    );
    expect(run.events).toContainEqual(['ended', 'smoke', 'not run']);
    expect(run.events).toContainEqual(['warned', expect.stringContaining(`${ARM} was not run: no emulator`)]);
    const rows = summaries.flatMap((parts) => parts.flatMap((part) => part.rows));
    expect(rows).toContainEqual(['Smoke test', expect.stringContaining('not run: no emulator')]);
  });

  it('is an error where it was asked for', async () => {
    const { error } = await ended(await runOfArm('boot'));
    expect(error?.code).toMatch(/^runtime-image|^smoke-/);
  });
});

describe('what goes wrong while native code is put in its place', () => {
  it.each(['images.inspect', 'images.build', 'containers.start', 'container.run', 'container.get'] as const)(
    '%s is refused: one of the errors of its stage, and nothing is left',
    async (call) => {
      const run = await runOfTargets();
      run.onStage((stage) => {
        if (stage !== 'natives') return;
        run.engine.fail(call, { kind: 'refuse', status: 500, reason: 'no space left on device' });
      });
      const { error } = await ended(run);
      const natives = BUILD.stages.find(({ name }) => name === 'natives');
      expect([...(natives?.errors ?? []), ...ANY_STAGE]).toContain(error?.code);
      expect(error?.code).not.toBe('internal');
    },
  );

  it('a cancel ends the run there, and no other target is begun', async () => {
    const run = await runOfTargets();
    run.onStage((stage) => {
      if (stage === 'natives') setImmediate(run.cancel);
    });
    const { error } = await ended(run);
    expect(error).toMatchObject({ code: 'cancelled', exitStatus: 130 });
    expect(run.events.filter(([what, name]) => what === 'started' && name === 'natives')).toHaveLength(1);
  });
});
