import { describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { labels } from '../../../src/engine/labels.js';
import { sweepLeftovers } from '../../../src/pipeline/sweep.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { dateBy, directoryWith } from '../support/files.js';

const HOUR = 60 * 60 * 1000;
const agoIn = (hours: number): Date => new Date(Date.now() - hours * HOUR);

async function swept(engine: FakeEngine, output: string): Promise<readonly string[]> {
  const said: string[] = [];
  const log = {
    note: (text: string) => void said.push(`note: ${text}`),
    warn: (text: string) => void said.push(`warn: ${text}`),
  };
  await sweepLeftovers(engine, output, log);
  return said;
}

describe('sweepLeftovers', () => {
  it('removes what is older than a day, and says so', async () => {
    const output = await directoryWith({ '.partial-aaaaaa/x': '', '.partial-bbbbbb/x': '' });
    await dateBy(path.join(output, '.partial-aaaaaa'), agoIn(25));
    await dateBy(path.join(output, '.partial-bbbbbb'), agoIn(23));
    const engine = fakeEngine();
    engine.addVolume('mix-release-state-run-1', labels('state', '1'), agoIn(25));
    engine.addVolume('mix-release-state-run-2', labels('state', '2'), agoIn(23));
    expect(await swept(engine, output)).toEqual([
      `note: removed ${output}/.partial-aaaaaa, a leftover of an earlier run`,
      'note: removed mix-release-state-run-1, a leftover of an earlier run',
    ]);
    expect(await readdir(output)).toEqual(['.partial-bbbbbb']);
    expect(engine.left().volumes).toEqual(['mix-release-state-run-2']);
  });

  it('says nothing where there is nothing', async () => {
    expect(await swept(fakeEngine(), await directoryWith())).toEqual([]);
  });

  it('only warns of trouble', async () => {
    const engine = fakeEngine();
    engine.fail('volumes.list', { kind: 'break', when: 'before' });
    expect(await swept(engine, '/nowhere/at/all')).toEqual([
      expect.stringMatching(/^warn: leftovers of earlier runs were not searched: .*ENOENT/),
      expect.stringMatching(/^warn: leftovers of earlier runs were not searched: .*engine/),
    ]);
  });
});
