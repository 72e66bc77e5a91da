import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import type { Reaped } from '../../../src/engine/reap.js';
import { capturePrinted } from '../support/environment.js';

const engine = {} as Engine;
const reapAll = jest.fn<(engine: Engine) => Promise<Reaped>>();
jest.unstable_mockModule('../../../src/engine/engine.js', () => ({ connectEngine: () => Promise.resolve(engine) }));
jest.unstable_mockModule('../../../src/engine/reap.js', () => ({ reapAll }));
const { cleanCommand } = await import('../../../src/cli/clean-command.js');

const printed = capturePrinted();

beforeEach(() => {
  reapAll.mockReset();
});

describe('cleanCommand', () => {
  it('names everything that it removed', async () => {
    reapAll.mockResolvedValue({ containers: ['c1', 'c2'], volumes: ['v1'], images: ['mix-release-builder:abc'] });
    await cleanCommand();
    expect(reapAll).toHaveBeenCalledWith(engine);
    expect(printed).toEqual({
      stdout: '',
      stderr: 'removed container c1\nremoved container c2\nremoved volume v1\nremoved image mix-release-builder:abc\n',
    });
  });

  it('says that there was nothing', async () => {
    reapAll.mockResolvedValue({ containers: [], volumes: [], images: [] });
    await cleanCommand();
    expect(printed.stderr).toBe('nothing to remove\n');
  });
});
