import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { scheduledSave, scheduleSave } from '../../../src/action/state.js';
import type { ScheduledSave } from '../../../src/cache/scheduled-save.js';
import { directoryWith } from '../support/files.js';

const STATE: ScheduledSave = {
  ...{ key: 'mix-release-1-x', facts: { otp: '27' }, volume: 'mix-release-state-run-1' },
  ...{ image: 'mix-release-builder:1', platform: 'linux/amd64', withBuild: true },
};

let printed: string[];
const before = { ...process.env };
beforeEach(() => {
  printed = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

describe('scheduledSave', () => {
  it('is what main left', async () => {
    const file = path.join(await directoryWith({ state: '' }), 'state');
    process.env.GITHUB_STATE = file;
    scheduleSave(STATE);
    process.env.STATE_state = /^state<<(\S+)\n(.*)\n\1\n$/s.exec(await readFile(file, 'utf8'))?.[2];
    expect(scheduledSave()).toEqual(STATE);
  });

  it('is nothing where main left nothing', () => {
    delete process.env.STATE_state;
    expect([scheduledSave(), printed]).toEqual([undefined, []]);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['null', 'it is null'],
    [JSON.stringify({ ...STATE, volume: undefined }), 'its volume is missing'],
    [JSON.stringify({ ...STATE, facts: { otp: 27 } }), 'its facts.otp is 27'],
    [JSON.stringify({ ...STATE, withBuild: 'true' }), 'its withBuild is "true"'],
  ])('is nothing, and a warning, for %s', (text, why) => {
    process.env.STATE_state = text;
    expect(scheduledSave()).toBeUndefined();
    expect(printed.join('')).toMatch(/^::warning::the build cache was not saved: /);
    expect(printed.join('')).toContain(why);
  });
});
