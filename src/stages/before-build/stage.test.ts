import { noneBeside } from '../../../test/unit/support/none-beside.js';
import { NOTHING_KEPT } from '../../cache/kept.js';
import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { beforeBuild } from './stage.js';
import type { Sent } from '../sources/stage.js';
import { mixContainer, type Said, type StubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';

const EXPORTS: readonly Said[] = [
  { fact: 'before', value: 'A=1\0' },
  'generating',
  { fact: 'after', value: 'A=1\0B=2\0HOME=/else\0' },
];

/** Runs the stage in a container, for a script of the checkout or for none. */
async function run(container: StubContainer, hasScript = true) {
  const checkout = await directoryWith({ 'ci/prepare.sh': 'export B=2' });
  const script = hasScript ? { file: path.join(checkout, 'ci/prepare.sh') } : undefined;
  const request = requestWith({ checkout, project: checkout, output: checkout, beforeBuild: script });
  const lines: string[] = [];
  const notes: string[] = [];
  const log = {
    line: (text: string) => void lines.push(text),
    note: (text: string) => void notes.push(text),
    warn: () => undefined,
  };
  const session = { container, beside: noneBeside, end: () => Promise.resolve() };
  const sources: Partial<Sent['sources']> = { cwd: '/build/src/app', paths: [] };
  const sent = {
    sources: sources as Sent['sources'],
    environment: { A: '1' },
    date: new Date(0),
    kept: NOTHING_KEPT,
    counts: { sent: 0, removed: 0, notes: [] },
  };
  const stage = await stageRun(request, { log });
  return { exported: await beforeBuild.run({ ...sent, session }, stage.run), lines, notes };
}

describe('the stage before-build', () => {
  it('gives the environment with what the script exported', async () => {
    const container = mixContainer(EXPORTS, 0);
    const { exported } = await run(container);
    expect(exported).toEqual({ exported: { A: '1', B: '2' } });
    expect(container.commands).toHaveLength(1);
    expect(container.commands[0]).toMatchObject({ cwd: '/build/src/app', env: { A: '1' } });
    expect(container.commands[0]?.argv.at(-1)).toBe('/build/src/ci/prepare.sh');
  });

  it('logs what the script prints, and notes what of its exports is not used', async () => {
    const { lines, notes } = await run(mixContainer(EXPORTS, 0));
    expect(lines).toEqual(['generating']);
    expect(notes).toEqual(['ci/prepare.sh changes HOME, which the builder sets itself: not used']);
  });

  it('fails with its own error where the script does', async () => {
    const { code } = await errorOf(() => run(mixContainer([], 3)));
    expect(code).toBe('before-build-failed');
    expect(beforeBuild.errors).toContain(code);
  });

  it('is skipped without a script, and cannot run then', async () => {
    const output = await directoryWith();
    const { run: without } = await stageRun(requestWith({ output }));
    const { run: given } = await stageRun(requestWith({ output, beforeBuild: { file: '/src/prepare.sh' } }));
    const have = {} as Parameters<typeof beforeBuild.run>[0];
    expect(beforeBuild.skip(have, without)).toBe('no before-build');
    expect(beforeBuild.skip(have, given)).toBeUndefined();
    await expect(run(mixContainer(EXPORTS, 0), false)).rejects.toThrow('without a hook');
  });
});
