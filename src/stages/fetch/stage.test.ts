import { noneBeside } from '../../../test/unit/support/none-beside.js';
import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { MixReleaseError } from '../../errors.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { archiveOf } from '../../../test/unit/support/tar.js';
import { fetch } from './stage.js';

/** Runs the stage for a release that the engine hands out as this stream. */
async function fetched(stream: Readable, keepModes: readonly string[] = []) {
  const { run, warnings } = await stageRun(requestWith({ output: await directoryWith(), keepModes }));
  const session = {
    container: stubContainer({}, { '/rel': stream }),
    beside: noneBeside,
    end: () => Promise.resolve(),
  };
  const facts = { name: 'web', version: '1.0', path: '/rel', erts: '15' };
  return { warnings, ...(await fetch.run({ session, date: new Date(0), facts }, run)) };
}

describe('the stage fetch', () => {
  const archive = async (): Promise<Buffer> => readFile(await archiveOf({ 'bin/web': 'x'.repeat(5000), 'lib/a': 'y' }));

  it('is an outage of the engine where its stream breaks', async () => {
    const whole = await archive();
    const lost = new MixReleaseError('engine-connection-lost', { what: 'w', next: 'n' });
    const broken = async function* (): AsyncGenerator<Buffer, void> {
      yield whole.subarray(0, 1024);
      await new Promise(setImmediate);
      throw lost;
    };
    expect(await errorOf(() => fetched(Readable.from(broken())))).toBe(lost);
  });

  it.each([512, 1000, 3000])('is one, too, where the archive ends after %d bytes', async (length) => {
    const error = await errorOf(async () => fetched(Readable.from([(await archive()).subarray(0, length)])));
    expect(error).toMatchObject({ code: 'engine-connection-lost', exitStatus: 3 });
    expect(error.message).toContain('release web came back from the container damaged');
  });

  it('names the programs that lose rights, and the patterns of keep-modes that nothing matches', async () => {
    const program = { content: 'x', mode: 0o4755 };
    const file = await archiveOf({ 'bin/a': program, 'lib/x-1/priv/b': program, 'lib/x-1/priv/c': program });
    const { lostRights, warnings, packing } = await fetched(createReadStream(file), ['priv/b', 'lib/*/priv/c', '# x']);
    await packing;
    expect(lostRights).toEqual(['bin/a', 'lib/x-1/priv/b']);
    expect(warnings).toEqual([
      'keep-modes has priv/b, which no file of web matches: applications are in lib/NAME-VERSION',
    ]);
  });
});
