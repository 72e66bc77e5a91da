import { describe, expect, it } from '@jest/globals';
import type { MixContext } from '../../mix/mix.js';
import type { WithMix } from '../deps/stage.js';
import { mixContainer, type Said } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { beforeRelease } from './stage.js';

const EXPORTS: readonly Said[] = [
  { fact: 'before', value: 'A=1\0' },
  'digesting',
  { fact: 'after', value: 'A=1\0B=2\0' },
];

/** Runs the stage after a run of Mix with these answers of its container. */
async function run(said: readonly Said[], status = 0) {
  const output = await directoryWith();
  const { run: context } = await stageRun(requestWith({ output, beforeRelease: { text: 'mix assets.deploy' } }));
  const container = mixContainer(said, status);
  const lines: string[] = [];
  const mixContext: Partial<MixContext> = {
    ...{ cwd: '/build/src/app', env: { A: '1', MIX_ENV: 'prod' } },
    onLine: (line) => lines.push(line),
  };
  const have = { session: { container, end: () => Promise.resolve() }, mixContext } as Partial<WithMix> as WithMix;
  return { gave: () => beforeRelease.run(have as never, context), container, lines };
}

describe('the stage before-release', () => {
  it('runs the commands with the environment of Mix, and gives it with what they exported', async () => {
    const { gave, container, lines } = await run(EXPORTS);
    expect(await gave()).toEqual({ releaseEnv: { A: '1', MIX_ENV: 'prod', B: '2' } });
    expect(container.commands[0]).toMatchObject({ cwd: '/build/src/app', env: { A: '1', MIX_ENV: 'prod' } });
    expect(lines).toEqual(['digesting']);
  });

  it('fails with its own error where a command does', async () => {
    const { gave } = await run(['no such task'], 1);
    const { code } = await errorOf(gave);
    expect(beforeRelease.errors).toEqual([code]);
  });

  it('is skipped without commands', async () => {
    const { run: context } = await stageRun(requestWith({ output: await directoryWith() }));
    expect(beforeRelease.skip(undefined as never, context)).toBe('no before-release');
  });
});
