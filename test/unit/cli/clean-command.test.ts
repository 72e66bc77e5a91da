import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import type { Reaped } from '../../../src/engine/reap.js';
import { capturePrinted } from '../support/environment.js';
import { errorOf } from '../support/errors.js';

const engine = { [Symbol.asyncDispose]: () => Promise.resolve() } as Partial<Engine> as Engine;
const reapAll = jest.fn<(engine: Engine) => Promise<Reaped>>();
jest.unstable_mockModule('../../../src/engine/connect.js', () => ({ connectEngine: () => Promise.resolve(engine) }));
jest.unstable_mockModule('../../../src/engine/reap.js', () => ({ reapAll }));
const { cleanCommand } = await import('../../../src/cli/clean-command.js');

const printed = capturePrinted();

beforeEach(() => {
  reapAll.mockReset();
});

describe('cleanCommand', () => {
  it('names everything that it removed', async () => {
    reapAll.mockResolvedValue({
      ...{ containers: ['c1', 'c2'], networks: [], volumes: ['v1'], images: ['mix-release-builder:abc'], left: [] },
    });
    await cleanCommand();
    expect(reapAll).toHaveBeenCalledWith(engine);
    expect(printed).toEqual({
      stdout: '',
      stderr: 'removed container c1\nremoved container c2\nremoved volume v1\nremoved image mix-release-builder:abc\n',
    });
  });

  it('names what it could not remove, after it removed the rest', async () => {
    reapAll.mockResolvedValue({
      containers: [],
      networks: [],
      volumes: ['v1'],
      images: [],
      left: ['volume v2: in use'],
    });
    const error = await errorOf(() => cleanCommand());
    expect(error).toMatchObject({ code: 'engine-error' });
    expect(error.message).toContain('volume v2: in use');
    expect(printed.stderr).toBe('removed volume v1\n');
  });

  it('says that there was nothing', async () => {
    reapAll.mockResolvedValue({ containers: [], networks: [], volumes: [], images: [], left: [] });
    await cleanCommand();
    expect(printed.stderr).toBe('nothing to remove\n');
  });
});
