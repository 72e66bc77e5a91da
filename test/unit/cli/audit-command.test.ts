import { beforeAll, describe, expect, it } from '@jest/globals';
import { auditCommand } from '../../../src/cli/audit-command.js';
import type { AuditReport } from '../../../src/audit/report.js';
import type { RawOptions } from '../../../src/options/table.js';
import { GNU, MUSL, release } from '../audit/support/releases.js';
import { capturePrinted } from '../support/environment.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const printed = capturePrinted();

let tree: ReturnType<typeof release>;
beforeAll(() => {
  tree = release(GNU);
});

async function audit(options: RawOptions, json = false): Promise<string> {
  const place = await directoryWith(tree);
  await auditCommand({ command: 'audit', path: place, options, json });
  return place;
}

describe('auditCommand', () => {
  it('prints the report of a release that fits its target', async () => {
    await audit({ target: GNU });
    expect(printed.stdout).toContain(GNU);
    expect(printed.stdout).toMatch(/\n$/);
    expect(printed.stderr).toBe('');
  });

  it('prints one object with --json', async () => {
    await audit({}, true);
    expect(printed.stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(printed.stdout) as AuditReport).toMatchObject({ verdict: 'pass', target: GNU });
  });

  it.each([true, false])('prints the report of a release that does not fit, and fails (--json: %s)', async (json) => {
    const error = await errorOf(() => audit({ target: MUSL }, json));
    expect(error).toMatchObject({ code: 'audit-failed', exitStatus: 6 });
    expect(error.message).toContain(MUSL);
    expect(printed.stdout).toContain(MUSL);
  });

  it('passes on what is left out of the audit', async () => {
    await audit({ target: MUSL, 'audit-except': ['**'] }, true);
    expect(JSON.parse(printed.stdout) as AuditReport).toMatchObject({ verdict: 'pass', excepted: expect.anything() });
  });

  it('prints nothing of an option that cannot be read', async () => {
    expect(await errorOf(() => audit({ glibc: 'new' }))).toMatchObject({ code: 'bad-option' });
    expect(printed.stdout).toBe('');
  });
});
