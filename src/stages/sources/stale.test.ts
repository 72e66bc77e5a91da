import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { discardStale } from './stale.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';

/** Runs the command here, as the container would. */
async function discarded(directory: string, inputs: string): Promise<readonly string[]> {
  const container = stubContainer({});
  await discardStale(container, directory, inputs);
  const [program = '', ...args] = container.commands[0]?.argv ?? [];
  execFileSync(program, args);
  return (await readdir(directory)).sort();
}

describe('discardStale', () => {
  it('makes the directory, and notes the inputs', async () => {
    const directory = path.join(await directoryWith(), 'state/a b/prod');
    expect(await discarded(directory, 'one')).toEqual(['.mix-release-inputs']);
    expect(await readFile(path.join(directory, '.mix-release-inputs'), 'utf8')).toBe('one');
  });

  it.each([
    ['keeps what was made with the same inputs', 'one', ['.mix-release-inputs', 'lib']],
    ['clears what was made with others', 'two', ['.mix-release-inputs']],
    ['does not take a beginning for the whole', 'on', ['.mix-release-inputs']],
  ])('%s', async (_, inputs, kept) => {
    const directory = await directoryWith({ '.mix-release-inputs': 'one', 'lib/web/ebin/web.beam': 'x' });
    expect(await discarded(directory, inputs)).toEqual(kept);
  });

  it('clears what nothing is known of', async () => {
    expect(await discarded(await directoryWith({ 'lib/web.beam': 'x' }), 'one')).toEqual(['.mix-release-inputs']);
  });

  it('knows what was sent last, and nothing where the note is damaged', async () => {
    const record = { sent: 5, links: '', files: { 'lib/a.ex': ['digest', 3] } };
    const known = (...lines: readonly string[]) =>
      discardStale(stubContainer({ lines }), '/build/state/build/prod', 'x');
    expect(await known(JSON.stringify({ version: 1, record }))).toEqual(record);
    expect(await known()).toBeUndefined();
    expect(await known('{"version":1,"record":{"sent":5,"lin')).toBeUndefined();
  });

  it('says what to do when it cannot', async () => {
    const container = stubContainer({ status: 1, lines: ['rm: cannot remove'] });
    const error = await errorOf(() => discardStale(container, '/build/state/build/prod', 'one'));
    expect(error).toMatchObject({ code: 'compile-failed', exitStatus: 5, output: ['rm: cannot remove'] });
    expect(error.next).toContain('mix-release clean');
  });
});
