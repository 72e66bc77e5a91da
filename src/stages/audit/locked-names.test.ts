import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { directoryWith } from '../../../test/unit/support/files.js';
import { lockedNames } from './locked-names.js';

const LOCK = '%{\n  "jason": {:hex, :jason, "1.4.4"},\n  "plug_crypto": {:git, "x", "y", []},\n}\n';

describe('lockedNames', () => {
  it('reads the nearest lock on the way up to the checkout', async () => {
    const checkout = await directoryWith({ 'mix.lock': LOCK, 'apps/web/mix.exs': '', 'apps/api/mix.lock': '%{}' });
    const names = async (project: string) => [...(await lockedNames(path.join(checkout, project), checkout))];
    expect(await names('apps/web')).toEqual(['jason', 'plug_crypto']);
    expect(await names('apps/api')).toEqual([]);
  });

  it('knows none without a lock', async () => {
    const checkout = await directoryWith({ 'apps/web/mix.exs': '' });
    expect([...(await lockedNames(path.join(checkout, 'apps/web'), checkout))]).toEqual([]);
  });

  it('fails for a lock that cannot be read', async () => {
    const checkout = await directoryWith({ 'mix.lock': { directory: true } });
    await expect(lockedNames(checkout, checkout)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
