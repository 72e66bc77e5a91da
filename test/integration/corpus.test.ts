import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditRelease } from '../../src/audit/audit.js';
import type { AuditReport, Finding } from '../../src/audit/report.js';
import { TARGETS, type Target } from '../../src/targets/table.js';
import type { Case } from '../corpus/case.js';
import { BASES, makeParts, type Parts } from '../corpus/parts.js';
import { RIGHT } from '../corpus/right.js';
import { Tree } from '../corpus/tree.js';
import { WRONG } from '../corpus/wrong.js';

let parts: Parts;
const refused: string[] = [];
const passed: string[] = [];

// The compilers are installed, and seven releases built, when none of it is there.
beforeAll(async () => {
  parts = await makeParts();
}, 1_200_000);

afterAll(() => {
  const rates = [
    `${String(refused.length)} of ${String(WRONG.length)} wrong releases were refused`,
    `${String(passed.length)} of ${String(RIGHT.length)} right ones passed`,
  ];
  process.stderr.write(`corpus: ${rates.join(', ')}\n`);
});

function targetOf({ base, target = BASES[base].target }: Case): Target {
  const found = TARGETS.find(({ triple }) => triple === target);
  if (!found) throw new Error(`${target} is no target`);
  return found;
}

/** Puts a release of the corpus together and audits it, as `mix-release audit` does. */
async function auditOf(each: Case): Promise<AuditReport> {
  const { base, withoutErts = false, tarball = false, glibc = BASES[base].glibc, change } = each;
  using tree = new Tree(parts, base, withoutErts ? 'without_erts' : 'corpus');
  change?.(tree);
  const options = { target: targetOf(each), glibc, allowedLibraries: [], except: [] };
  if (!tarball) return await auditRelease(tree.root, options); // before the tree goes
  const archive = `${tree.root}.tar.gz`;
  try {
    execFileSync('tar', ['-C', tree.root, '-czf', archive, '.']);
    return await auditRelease(archive, options);
  } finally {
    rmSync(archive);
  }
}

function errorsOf({ findings }: AuditReport): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

describe('the corpus', () => {
  it('has at least 40 wrong releases and 20 right ones, and no two of one name', () => {
    expect(WRONG.length).toBeGreaterThanOrEqual(40);
    expect(RIGHT.length).toBeGreaterThanOrEqual(20);
    const names = [...WRONG, ...RIGHT].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the audit refuses', () => {
  it.each(WRONG)('$name: $code', async (each) => {
    const report = await auditOf(each);
    const errors = errorsOf(report);
    expect(report.verdict).toBe('fail');
    const found = errors.filter(({ code }) => code === each.code);
    expect(found).not.toEqual([]);
    if (each.file !== undefined) expect(found.map(({ file }) => file)).toContain(each.file);
    // And nothing that is not wrong.
    const expected = new Set<string>([each.code, ...(each.also ?? [])]);
    expect(errors.filter(({ code }) => !expected.has(code))).toEqual([]);
    if (each.file !== undefined) expect(errors.filter(({ file }) => file !== each.file)).toEqual([]);
    refused.push(each.name);
  });
});

describe('the audit passes', () => {
  it.each(RIGHT)('$name', async (each) => {
    const report = await auditOf(each);
    expect(errorsOf(report)).toEqual([]);
    expect(report.verdict).toBe('pass');
    if (each.warning !== undefined) {
      const { warning: code, file } = each;
      expect(report.findings).toContainEqual(expect.objectContaining({ severity: 'warning', code, file }));
    }
    passed.push(each.name);
  });
});

it('the parts of the corpus are as they were', () => {
  // What is changed is a copy, and a copy by links would change the original.
  using tree = new Tree(parts, 'trixie', 'corpus');
  tree.edit('releases/start_erl.data', (bytes) => Buffer.concat([bytes, Buffer.from(' changed')]));
  const original = execFileSync('cat', [path.join(parts.trixie, 'corpus/releases/start_erl.data')]).toString();
  expect(original).not.toContain('changed');
});
