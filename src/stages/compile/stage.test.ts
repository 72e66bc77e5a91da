import { noneBeside } from '../../../test/unit/support/none-beside.js';
import { describe, expect, it } from '@jest/globals';
import { MixReleaseError } from '../../errors.js';
import { NOTHING_KEPT } from '../../cache/kept.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import type { Readable } from 'node:stream';
import { unpacked } from '../../../test/support/fake-engine/files.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import type { Sent } from '../sources/stage.js';
import { compile } from './stage.js';

const PLACES = { deps_path: '/build/src/deps', build_path: '/build/src/_build/prod' };

/** The stage with a run of Mix that reports these facts; what is kept after it, and how it ended. */
async function compiled(
  reached: () => Promise<void>,
  facts: Readonly<Record<string, string>>,
  sent: readonly string[] = [],
) {
  const kept: string[] = [];
  const put = async (archive: Readable, place: string): Promise<void> => {
    const [[, file] = ['', undefined]] = await unpacked(archive);
    kept.push(`${place} ${file?.content.toString() ?? ''}`);
  };
  const session = { container: { ...stubContainer({}), put }, beside: noneBeside, end: () => Promise.resolve() };
  const mix = { facts: new Map(Object.entries(facts)), finished: () => Promise.resolve(), reached };
  const entries = new Map(sent.map((name) => [name, {}]));
  const sources = { entries } as unknown as Sent['sources'];
  const { run } = await stageRun(requestWith({ output: await directoryWith() }));
  const ended = await compile.run({ mix, sources, kept: NOTHING_KEPT, session }, run).then(
    (gave) => gave,
    (error: unknown) => error,
  );
  return { kept, ended };
}

const keptAs = (content: object): readonly string[] => [`/build/record ${JSON.stringify({ version: 1, ...content })}`];
const failing = (code: 'compile-failed' | 'engine-error') => () =>
  Promise.reject(new MixReleaseError(code, { what: 'w', next: 'n' }));
const succeeding = () => Promise.resolve();

describe('the stage compile', () => {
  it('writes down where dependencies and compiled code are, and what compilation wrote below the sources', async () => {
    const facts = { ...PLACES, outputs: 'priv/a%20b.so\npriv/x', recompiled: 'web changed' };
    const { kept, ended } = await compiled(succeeding, facts);
    const place = { deps: '/build/src/deps', build: '/build/src/_build/prod' };
    expect(kept).toEqual(keptAs({ places: { 'host prod': place }, outputs: ['priv/a b.so', 'priv/x'] }));
    expect(ended).toEqual({ recompiled: ['web changed'] });
    expect(compile.notes?.(ended as never)).toEqual(['compiled from scratch: web changed']);
  });

  it('keeps vendored dependencies as sources, and what was fetched beside them', async () => {
    const facts = { ...PLACES, outputs: '', fetched: '.mix-release\nstone%20age' };
    const { kept } = await compiled(succeeding, facts, ['deps', 'deps/jason', 'deps/jason/mix.exs']);
    const fetched = ['/build/src/deps/.mix-release', '/build/src/deps/stone age'];
    const places = { 'host prod': { fetched, build: '/build/src/_build/prod' } };
    expect(kept).toEqual(keptAs({ places, outputs: [] }));
  });

  it('writes nothing down where nothing is known', async () => {
    expect(await compiled(succeeding, {})).toEqual({ kept: [], ended: { recompiled: [] } });
  });

  it('fails with what Mix failed with, which is one of its errors, and keeps what is there', async () => {
    const { kept, ended } = await compiled(failing('compile-failed'), PLACES);
    expect(kept).toHaveLength(1);
    expect(ended).toMatchObject({ code: 'compile-failed' });
    expect(compile.errors).toContain('compile-failed');
  });

  it('asks nothing of an engine that failed', async () => {
    const { kept, ended } = await compiled(failing('engine-error'), PLACES);
    expect(kept).toEqual([]);
    expect(ended).toMatchObject({ code: 'engine-error' });
  });
});
