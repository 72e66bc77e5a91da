import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StepContext } from '../../../src/action/build-step.js';
import type { Engine } from '../../../src/engine/engine.js';
import { keepEnvironment } from '../support/environment.js';

const buildStep = jest.fn<(step: StepContext) => Promise<number>>();
const cleanStep = jest.fn<(connect: () => Promise<Engine>) => Promise<void>>();
const endProcess = jest.fn<(status: number) => void>();
const connectEngine = jest.fn();
const { signal } = new AbortController();
const store = {};
jest.unstable_mockModule('../../../src/action/build-step.js', () => ({ buildStep }));
jest.unstable_mockModule('../../../src/action/clean-step.js', () => ({ cleanStep }));
jest.unstable_mockModule('../../../src/action/cache.js', () => ({ workflowCache: () => store }));
jest.unstable_mockModule('../../../src/engine/connect.js', () => ({ connectEngine }));
jest.unstable_mockModule('../../../src/pipeline/cancel.js', () => ({ cancelOnSignals: () => signal }));
jest.unstable_mockModule('../../../src/pipeline/end-process.js', () => ({ endProcess }));

keepEnvironment();

/** What the process is ended with, once a bundle's entry has run. */
async function ended(entry: () => Promise<unknown>): Promise<number> {
  const end = Promise.withResolvers<number>();
  endProcess.mockImplementation((status) => end.resolve(status));
  await entry();
  return end.promise;
}

beforeEach(() => {
  jest.resetModules();
  buildStep.mockReset();
  cleanStep.mockReset().mockResolvedValue(undefined);
  endProcess.mockReset();
});

describe('the main step', () => {
  it.each([0, 6])('builds with what the process has, and ends it with the status %d', async (status) => {
    buildStep.mockResolvedValue(status);
    expect(await ended(() => import('../../../src/action/main.js'))).toBe(status);
    const [step] = buildStep.mock.calls[0] ?? [];
    expect(step).toEqual({ env: process.env, signal, id: expect.any(String), connect: connectEngine, store });
    expect(step?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});

describe('the post step', () => {
  it('cleans up, and never fails the job', async () => {
    expect(await ended(() => import('../../../src/action/post.js'))).toBe(0);
    expect(cleanStep).toHaveBeenCalledWith(connectEngine);
  });
});
