import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../../src/engine/engine.js';
import type { ScheduledSave } from '../../../src/cache/scheduled-save.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { directoryWith } from '../support/files.js';

type Restore = (paths: readonly string[], key: string, prefixes: readonly string[]) => Promise<string | undefined>;
type Save = (paths: readonly string[], key: string) => Promise<number>;
const client = { restoreCache: jest.fn<Restore>(), saveCache: jest.fn<Save>() };
jest.unstable_mockModule('@actions/cache', () => client);
const saveVolume = jest.fn<(...args: readonly unknown[]) => Promise<void>>();
jest.unstable_mockModule('../../../src/cache/save.js', () => ({ saveVolume }));
const { saveBuildCache, workflowCache } = await import('../../../src/action/cache.js');

const KEY = { key: 'mix-release-1-abc', prefix: 'mix-release-1-', facts: {} };
const STATE: ScheduledSave = {
  key: KEY.key,
  facts: { otp: '27.3.4.1' },
  volume: 'mix-release-state-run-1',
  image: 'mix-release-builder:abc',
  platform: 'linux/amd64',
  withBuild: true,
};
const engine = {} as Engine;

keepEnvironment();
const printed = capturePrinted();

let archive: string;
beforeEach(async () => {
  const temp = await directoryWith();
  archive = path.join(temp, 'mix-release-cache', 'state.tar.zst');
  delete process.env.ACTIONS_CACHE_MODE;
  delete process.env.ACTIONS_CACHE_URL;
  Object.assign(process.env, {
    RUNNER_TEMP: temp,
    ACTIONS_RUNTIME_TOKEN: 'token',
    ACTIONS_RESULTS_URL: 'https://results.example',
  });
  client.restoreCache.mockReset().mockResolvedValue(undefined);
  client.saveCache.mockReset().mockResolvedValue(7);
  saveVolume.mockReset().mockImplementation((...args) => writeFile(args[2] as string, 'archive'));
});

/** The store of a run that has a cache service. */
function store(): NonNullable<ReturnType<typeof workflowCache>> {
  const found = workflowCache();
  if (!found) throw new Error('there is no store');
  return found;
}

describe('workflowCache', () => {
  it.each([
    ['a token', { ACTIONS_RUNTIME_TOKEN: '' }],
    ['an address', { ACTIONS_RESULTS_URL: '' }],
  ])('is none without %s', (_, changes) => {
    Object.assign(process.env, changes);
    expect(workflowCache()).toBeUndefined();
  });

  it('is there with the address of the older service alone', () => {
    Object.assign(process.env, { ACTIONS_RESULTS_URL: '', ACTIONS_CACHE_URL: 'https://cache.example' });
    expect(workflowCache()).toBeDefined();
  });

  it('asks for the key, or the newest with its prefix, and gives the file', async () => {
    client.restoreCache.mockResolvedValue('mix-release-1-older');
    expect(await store().restore(KEY)).toEqual({ key: 'mix-release-1-older', file: archive });
    expect(client.restoreCache).toHaveBeenCalledWith([archive], KEY.key, [KEY.prefix]);
  });

  it('gives nothing where nothing is found', async () => {
    expect(await store().restore(KEY)).toBeUndefined();
  });

  it('warns of a service that fails, and gives nothing', async () => {
    client.restoreCache.mockRejectedValue(new Error('HTTP 503'));
    expect(await store().restore(KEY)).toBeUndefined();
    expect(printed.stdout).toBe('::warning::the cache could not be read: HTTP 503\n');
  });

  it.each(['none', 'write-only', ' Write-Only '])('does not read in mode %j, and says so', async (mode) => {
    process.env.ACTIONS_CACHE_MODE = mode;
    expect(await store().restore(KEY)).toBeUndefined();
    expect(client.restoreCache).not.toHaveBeenCalled();
    expect(printed.stdout).toContain('the cache is not read');
  });

  it('drops the file that it made', async () => {
    const file = path.join(await directoryWith({ state: 'x' }), 'state');
    await store().remove(file);
    await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves what is planned for the post step', async () => {
    const file = path.join(await directoryWith({ state: '' }), 'state');
    process.env.GITHUB_STATE = file;
    store().scheduleSave(STATE);
    expect(await readFile(file, 'utf8')).toContain(JSON.stringify(STATE));
  });
});

describe('saveBuildCache', () => {
  it('writes the volume to the file of the store, saves it under its key, and removes it', async () => {
    client.saveCache.mockImplementation(async ([file = '']) => {
      expect(await readFile(file, 'utf8')).toBe('archive');
      return 7;
    });
    await saveBuildCache(engine, 'f3b0', STATE);
    const { volume, image, platform, facts } = STATE;
    const read = { volume, path: '/build', image, platform, run: 'f3b0' };
    expect(saveVolume.mock.calls).toEqual([[engine, read, archive, facts, true]]);
    expect(client.saveCache).toHaveBeenCalledWith([archive], STATE.key);
    expect(printed.stdout).toBe(`saved the build cache as ${STATE.key}\n`);
    await expect(access(archive)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not say that it saved what the service did not take', async () => {
    client.saveCache.mockResolvedValue(-1);
    await saveBuildCache(engine, 'f3b0', STATE);
    expect(printed.stdout).toBe('');
  });

  it.each([
    ['the engine', () => saveVolume.mockRejectedValue(new Error('engine lost'))],
    ['the service', () => client.saveCache.mockRejectedValue(new Error('engine lost'))],
  ])('warns when %s fails, and leaves no file', async (_, fail) => {
    fail();
    await saveBuildCache(engine, 'f3b0', STATE);
    expect(printed.stdout).toBe('::warning::the build cache was not saved: engine lost\n');
    await expect(access(archive)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(['none', 'read'])('does not write in mode %j, and does not start a container for it', async (mode) => {
    process.env.ACTIONS_CACHE_MODE = mode;
    await saveBuildCache(engine, 'f3b0', STATE);
    expect(saveVolume).not.toHaveBeenCalled();
    expect(client.saveCache).not.toHaveBeenCalled();
    expect(printed.stdout).toContain('the cache is not written');
  });

  it('saves in a mode that only writes', async () => {
    process.env.ACTIONS_CACHE_MODE = 'write-only';
    await saveBuildCache(engine, 'f3b0', STATE);
    expect(client.saveCache).toHaveBeenCalledTimes(1);
  });
});
