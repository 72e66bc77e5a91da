import { beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { savedRunId, scheduledSave, saveRunId, scheduleSave } from '../../../src/action/state.js';
import type { ScheduledSave } from '../../../src/cache/scheduled-save.js';
import { keepEnvironment } from '../support/environment.js';
import { directoryWith } from '../support/files.js';

keepEnvironment();

const STATE: ScheduledSave = {
  key: 'mix-release-1-abc',
  facts: { otp: '27.3.4.1' },
  volume: 'mix-release-state-run-1',
  image: 'mix-release-builder:abc',
  platform: 'linux/amd64',
  withBuild: true,
};

let file: string;
beforeEach(async () => {
  file = path.join(await directoryWith({ state: '' }), 'state');
  process.env.GITHUB_STATE = file;
});

/** Gives the post step what a runner gives it: what main wrote to its file, a variable each. */
async function asPostStep(): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, name = '', end] = /^(\w+)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (end === undefined) continue;
    const last = lines.indexOf(end, at);
    process.env[`STATE_${name}`] = lines.slice(at + 1, last).join('\n');
    at = last;
  }
}

describe('what main leaves for the post step', () => {
  it('is the identifier of the run', async () => {
    saveRunId('f3b0');
    await asPostStep();
    expect(savedRunId()).toBe('f3b0');
    expect(scheduledSave()).toBeUndefined();
  });

  it('is what has to be saved', async () => {
    saveRunId('f3b0');
    scheduleSave(STATE);
    await asPostStep();
    expect(scheduledSave()).toEqual(STATE);
  });

  it('is nothing where main did not come so far', () => {
    expect(savedRunId()).toBeUndefined();
    expect(scheduledSave()).toBeUndefined();
  });
});
