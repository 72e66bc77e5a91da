import { describe, expect, it } from '@jest/globals';
import { startMix, type MixContext } from '../../mix/mix.js';
import { NO_RELEASE_ARGS } from '../../mix/release-args.js';
import { findTarget } from '../../targets/find.js';
import type { WithMix } from '../deps/stage.js';
import { mixContainer, type Said } from '../../../test/unit/support/container.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { release } from './stage.js';

const DESCRIBED: readonly Said[] = Object.entries({
  name: 'web',
  version: '1.0',
  path: '/rel',
  erts_version: '15',
}).map(([fact, value]) => ({ fact, value }));

/** Mix with compiled code, and the stage for one release. */
async function assembled(each: { requestedName: string | undefined; isFirst: boolean }, releaseEnv?: { B: string }) {
  const container = mixContainer([{ stage: 'compile' }, { stage: 'release' }, ...DESCRIBED], 0);
  const mixContext: MixContext = {
    ...{ container, cwd: '/build/src', env: { A: '1' }, mixEnv: 'prod', onLine: () => undefined },
    ...{ redact: (line: string) => line, target: findTarget('x86_64-unknown-linux-gnu'), image: 'elixir:1' },
    ...{ releaseArgs: NO_RELEASE_ARGS, checkLocked: true, inventory: false },
    inputs: { whole: 'w', environment: 'v', epoch: 'e' },
  };
  const mix = startMix(mixContext, ['web'], releaseEnv ? 'compile' : 'release');
  await mix.reached('compile');
  await mix.reached('release');
  const { run } = await stageRun(requestWith({ output: await directoryWith() }));
  const have = { mix, mixContext, ...(releaseEnv && { releaseEnv }), ...each } as Partial<WithMix>;
  return { gave: await release.run(have as never, run), commands: container.commands };
}

describe('the stage release', () => {
  it('lets the run of Mix that compiled go on to the first release', async () => {
    const { gave, commands } = await assembled({ requestedName: 'web', isFirst: true });
    expect(gave.facts).toEqual({ name: 'web', version: '1.0', path: '/rel', erts: '15' });
    expect(commands).toHaveLength(1);
  });

  it('starts Mix for each further one', async () => {
    const { commands } = await assembled({ requestedName: 'api', isFirst: false });
    expect(commands.map(({ argv }) => argv.includes('deps.get'))).toEqual([true, false]);
    expect(commands[1]?.argv.join(' ')).toContain('release api --overwrite');
  });

  it.each(['web', undefined])(
    'starts Mix for the first one, %s, where commands ran in between, with what they exported',
    async (name) => {
      const { commands } = await assembled({ requestedName: name, isFirst: true }, { B: '2' });
      expect(commands).toHaveLength(2);
      expect(commands[1]).toMatchObject({ env: { B: '2' } });
      expect(commands[1]?.argv.join(' ')).toContain(
        name === undefined ? 'release --overwrite' : 'release web --overwrite',
      );
    },
  );
});
