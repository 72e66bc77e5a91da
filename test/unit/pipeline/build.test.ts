import { describe, expect, it } from '@jest/globals';
import { readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { BUILD, build } from '../../../src/pipeline/build.js';
import type { BuildOutcome } from '../../../src/pipeline/result.js';
import { ANY_STAGE } from '../../../src/pipeline/stage.js';
import type { CallName } from '../../support/fake-engine/faults.js';
import { directoryWith } from '../support/files.js';
import { answering, projectRun, type ProjectRun, type RunChanges } from '../../support/fake-project.js';

// A further target has a stage of its own.
const STAGES = BUILD.stages.filter(({ name }) => name !== 'natives');
const NAMES = STAGES.map(({ name }) => name);
const BASES = ['api', 'web'].map((name) => `${name}-0.1.0-x86_64-unknown-linux-gnu`);
const OLD = { 'web-0.1.0-x86_64-unknown-linux-gnu.tar.gz': 'of an earlier build' };

/** The files right in the output directory with their texts; a directory has none. */
async function outputOf({ request }: ProjectRun): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(request.output, { withFileTypes: true });
  const texts = entries.map(async (entry) => {
    const text = entry.isFile() ? await readFile(path.join(request.output, entry.name), 'latin1') : '';
    return [entry.name, text] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** Runs a build to its end, and checks what holds however it ended. */
async function ended(run: ProjectRun): Promise<BuildOutcome> {
  const outcome = await build([run.request], run.context);
  const left = run.engine.left();
  expect(left.containers).toEqual([]);
  expect(left.networks).toEqual([]);
  const output = await outputOf(run);
  expect(Object.keys(output).filter((name) => name.startsWith('.partial-'))).toEqual([]);
  if (outcome.releases.length === 0) {
    // An audit that fails leaves its report, and no run here does.
    expect(output).toEqual(OLD);
    expect([run.published, run.scheduled, outcome.outputs]).toEqual([[], [], {}]);
  } else {
    expect(Object.keys(output)).toEqual(
      BASES.flatMap((base) =>
        ['', '.audit.json', '.cdx.json', '.json', '.tar.gz', '.tar.gz.sha256'].map((end) => `${base}${end}`),
      ).filter((name) => name in output || !/\.(?:audit|cdx)\.json$/.test(name)),
    );
    expect(output).not.toMatchObject(OLD);
  }
  return outcome;
}

/** A run in which something happens when a stage starts. */
async function runWith(stage: string, happens: (run: ProjectRun) => void, changes?: RunChanges): Promise<ProjectRun> {
  const run = await projectRun(changes);
  run.onStage((started) => {
    if (started === stage) happens(run);
  });
  return run;
}

describe('a run with every stage on', () => {
  it('runs each stage of the list, and places and publishes two releases', async () => {
    const run = await projectRun();
    const { error, outputs, releases, summaries } = await ended(run);
    expect(error).toBeUndefined();
    const started = run.events.filter(([what]) => what === 'started').map(([, stage]) => stage);
    expect([...new Set(started)]).toEqual(NAMES);
    expect(run.events.filter(([what]) => what === 'skipped' || what === 'warned')).toEqual([]);
    expect(releases.map(({ name }) => name)).toEqual(['web', 'api']);
    expect(run.published).toEqual(BASES.toReversed());
    expect(run.scheduled).toHaveLength(1);
    expect(outputs).toMatchObject({ 'release-name': 'web\napi', 'otp-version': '27.3.4.1', 'cache-hit': 'false' });
    expect(summaries.map((parts) => parts.flatMap(({ rows }) => rows.map(([name]) => name)))).toEqual(
      Array.from({ length: 2 }, () => expect.arrayContaining(['Target', 'Image', 'Audit', 'Smoke test', 'SHA-256'])),
    );
    for (const { tarball, sha256, files } of releases) {
      expect(await readFile(`${tarball}.sha256`, 'utf8')).toBe(`${sha256}  ${path.basename(tarball)}\n`);
      expect(files.map(({ kind }) => kind)).toEqual([
        'directory',
        'audit-report',
        'sbom',
        'facts',
        'checksum',
        'tarball',
      ]);
      for (const file of files) expect(await readdir(path.dirname(file.path))).toContain(path.basename(file.path));
    }
  });

  it('keeps the state volume for the next build of this machine, which takes it up', async () => {
    const run = await projectRun();
    await ended(run);
    const [volume] = run.engine.left().volumes;
    expect(run.engine.left().volumes).toEqual([expect.stringMatching(/^mix-release-state-[0-9a-f]{16}$/)]);
    expect(run.engine.readVolume(volume ?? '', '/record/kept')).toContain('/build/src/_build/prod');
  });
});

describe('a run with every optional stage off', () => {
  const optional = STAGES.filter(({ skip }) => skip).map(({ name }) => name);

  it('skips them, each with its reason, and places the releases', async () => {
    const run = await projectRun({
      options: {
        'before-build': '',
        'before-release': '',
        audit: 'off',
        sbom: 'false',
        'smoke-test': 'off',
        cache: 'false',
      },
      context: { publish: undefined },
    });
    const { error, releases } = await ended(run);
    expect([error, releases.length]).toEqual([undefined, 2]);
    const skipped = run.events.filter(([what]) => what === 'skipped');
    expect([...new Set(skipped.map(([, stage]) => stage))]).toEqual(optional);
    for (const [, , reason] of skipped) expect(reason).toMatch(/^[a-z][^\n]+$/);
    // Without a cache nothing of this run stays.
    expect(run.engine.left().volumes).toEqual([]);
  });
});

const CALLS: readonly CallName[] = [
  ...(['inspect', 'list', 'pull', 'push', 'tag', 'build', 'remove'] as const).map((name) => `images.${name}` as const),
  ...(['start', 'list', 'remove'] as const).map((name) => `containers.${name}` as const),
  ...(['run', 'talk', 'put', 'get'] as const).map((name) => `container.${name}` as const),
];

/** What can go wrong in any stage. The engine's own clean-up still works: what that leaves is another test's matter. */
const FAULTS: Readonly<Record<string, (run: ProjectRun) => void>> = {
  'the engine refuses everything': ({ engine }) => {
    for (const call of CALLS) engine.fail(call, { kind: 'refuse', status: 500, reason: 'no space left on device' });
  },
  'the connection breaks before every answer': ({ engine }) => {
    for (const call of CALLS) engine.fail(call, { kind: 'break', when: 'before' });
  },
  'the connection breaks in the middle of every answer': ({ engine }) => {
    for (const call of CALLS) engine.fail(call, { kind: 'break', when: 'midway' });
  },
  'somebody removes its containers': ({ engine }) => {
    engine.left().containers.forEach((name) => engine.endContainer(engine.container(name)?.id ?? ''));
  },
};

/** The stage in which a run ended. */
function lastStage({ events }: ProjectRun): (typeof BUILD.stages)[number] {
  const name = events.findLast(([what]) => what === 'ended')?.[1];
  const found = BUILD.stages.find((stage) => stage.name === name);
  if (!found) throw new Error('the run ended in no stage');
  return found;
}

describe('each stage, in which something goes wrong', () => {
  const failedIn = new Set<string>();
  for (const name of NAMES) {
    for (const [what, happens] of Object.entries(FAULTS)) {
      it(`${name}: ${what}: one of its errors, and nothing is left`, async () => {
        const run = await runWith(name, happens);
        const { error } = await ended(run);
        if (error === undefined) return;
        failedIn.add(lastStage(run).name);
        expect([...lastStage(run).errors, ...ANY_STAGE]).toContain(error.code);
        expect(error.code).not.toBe('internal');
      });
    }

    it(`${name}: the workbench vanishes: an error of the output, or none`, async () => {
      const run = await projectRun();
      let vanishing: Promise<void> | undefined;
      run.onStage((started) => {
        if (started === name) vanishing ??= removeWorkbench(run.request.output);
      });
      const { error } = await build([run.request], run.context);
      await vanishing;
      expect(run.engine.left().containers).toEqual([]);
      if (error === undefined) return;
      failedIn.add(lastStage(run).name);
      expect([...lastStage(run).errors, ...ANY_STAGE]).toContain(error.code);
    });
  }

  it('can fail in every stage by that, except where only a service of the test is asked', () => {
    expect([...failedIn].sort()).toEqual(NAMES.filter((name) => !['cache', 'publish'].includes(name)).sort());
  });

  it('publish: what was placed stays, with its outputs', async () => {
    const publish = () => Promise.reject(new Error('the service is away'));
    const run = await projectRun({ context: { publish } });
    const { error, outputs, releases } = await ended(run);
    expect(error?.code).toBe('internal');
    expect(releases).toHaveLength(2);
    expect(outputs.tarball).toContain('web-0.1.0');
    expect(outputs['artifact-id']).toBe('');
  });
});

async function removeWorkbench(output: string): Promise<void> {
  const [name] = (await readdir(output)).filter((each) => each.startsWith('.partial-'));
  if (name !== undefined) await rename(path.join(output, name), path.join(await directoryWith(), 'workbench'));
}

describe('a run that is cancelled', () => {
  const laters: Readonly<Record<string, (cancel: () => void) => void>> = {
    'as it starts': (cancel) => cancel(),
    'a moment later': (cancel) => void setImmediate(cancel),
    'two moments later': (cancel) => void setImmediate(() => setImmediate(cancel)),
  };
  for (const name of NAMES) {
    for (const [when, later] of Object.entries(laters)) {
      it(`in stage ${name}, ${when}: nothing is left, and nothing is published unless it was done before`, async () => {
        const run = await runWith(name, ({ cancel }) => later(cancel));
        const { error, releases } = await ended(run);
        if (when === 'as it starts') {
          expect(error).toMatchObject({ code: 'cancelled', exitStatus: 130 });
          expect(error?.message).toContain(`stage ${name}`);
        }
        if (error === undefined) expect(releases).toHaveLength(2);
        if (name !== 'publish') expect(run.published).toEqual(error ? [] : BASES.toReversed());
      });
    }
  }
});

describe('a network that fails while dependencies are fetched', () => {
  it('is waited for, and the wait ends when the run is cancelled', async () => {
    const run = await projectRun({ options: { 'check-locked': 'false' } });
    answering(run, ({ title }) =>
      title === 'mix' ? { lines: ['fatal: Could not resolve host: example.com'], status: 1 } : undefined,
    );
    const notes: string[] = [];
    Object.assign(run.context.reporter, {
      note: (text: string) => {
        notes.push(text);
        if (text.includes('attempt 2 of 3')) run.cancel();
      },
    });
    const { error } = await ended(run);
    expect(error?.code).toBe('cancelled');
    expect(notes).toContainEqual(expect.stringContaining('mix deps.get: the network failed'));
  });
});

describe('cleaning up after a run', () => {
  it('that went well and cannot remove its volume warns, and the run stays well', async () => {
    const run = await projectRun({ options: { cache: 'false' } });
    run.engine.fail('volumes.remove', { kind: 'refuse', status: 500, reason: 'device or resource busy' });
    const { error, releases } = await build([run.request], run.context);
    expect([error, releases.length]).toEqual([undefined, 2]);
    expect(run.events.filter(([what]) => what === 'warned')).not.toEqual([]);
  });

  it('that cannot begin gives the error, and leaves no workbench', async () => {
    const run = await projectRun();
    const connect = () => Promise.reject(new Error('no engine'));
    const { error } = await build([run.request], { ...run.context, connect });
    expect(error?.code).toBe('internal');
    expect(await outputOf(run)).toEqual(OLD);
  });
});
