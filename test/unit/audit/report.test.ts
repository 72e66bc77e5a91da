import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile, readdir } from 'node:fs/promises';
import { auditFailed } from '../../../src/audit/audit-failed.js';
import { reportLines, reportOutcome } from '../../../src/audit/report-text.js';
import type { AuditReport } from '../../../src/audit/report.js';
import { directoryWith } from '../support/files.js';
import { ARM, audited, auditedPlace, GNU, library, MUSL, nif, release } from './support/releases.js';

const root = new URL('../../../', import.meta.url);
const schema = JSON.parse(await readFile(new URL('docs/audit.schema.json', root), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** What a reader of the JSON gets. */
function asJson(report: AuditReport): unknown {
  return JSON.parse(JSON.stringify(report));
}

function broken(): Promise<AuditReport> {
  const newer = { needs: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', index: 3 }] }] };
  const tree = {
    ...release(),
    ...Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`lib/a-1/priv/${String(index)}.so`, nif(newer)])),
    'lib/b-1/priv/x.so': nif({ needed: ['libc.so.6', 'libodd.so.7', 'libpq.so.5', 'libcrypto.so.3'] }),
    'lib/b-1/priv/x.dylib': Buffer.from('cffaedfe07000001', 'hex'),
    'lib/b-1/priv/cut.so': library().subarray(0, 100),
    'lib/b-1/priv/arm.exe': nif({}, ARM),
    'releases/COOKIE': 'x',
  };
  return audited(tree, { target: GNU, glibc: '2.36', except: ['*.exe'], allowedLibraries: ['libother.so.1'] });
}

describe('the schema', () => {
  it('holds for a report with everything in it', async () => {
    const report = asJson(await broken());
    validate(report);
    expect(validate.errors).toBeNull();
  });

  it.each([GNU, MUSL, ARM])('holds for a report on a release for %s', async (target) => {
    const report = asJson(await audited(release(target)));
    validate(report);
    expect(validate.errors).toBeNull();
  });

  it.each<[string, (report: Record<string, unknown>) => void]>([
    ['another version', (report) => (report.version = 2)],
    ['no findings', (report) => delete report.findings],
    ['a field that it does not know', (report) => (report.more = 1)],
    ['a floor that is no number', (report) => (report.floor = { glibc: 'new' })],
  ])('does not hold for a report with %s', async (_, change) => {
    const report = asJson(await audited(release())) as Record<string, unknown>;
    change(report);
    expect(validate(report)).toBe(false);
  });
});

describe('reportLines', () => {
  it('say the verdict, what to do, the floor and what to install', async () => {
    const lines = reportLines(await broken());
    expect(lines[0]).toBe(`fail: the release does not fit ${GNU} (10 errors, 1 warning, 14 native binaries)`);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([
      'error glibc-too-new: it needs glibc 2.38; the highest allowed is 2.36',
      expect.stringMatching(/^error malformed-elf: it is a malformed ELF file: .* \(at byte \d+\)$/),
      'error missing-library: it needs libodd.so.7, which is neither in the release nor in a known package',
      'error not-elf: it is Mach-O, the format of macOS',
    ]);
    const glibc = lines.indexOf('error glibc-too-new: it needs glibc 2.38; the highest allowed is 2.36');
    expect(lines.slice(glibc + 1, glibc + 8)).toEqual([
      ...[0, 1, 2, 3, 4].map((each) => `  in lib/a-1/priv/${String(each)}.so`),
      '  and 2 more',
      expect.stringMatching(/^ {2}Compile it on a system/),
    ]);
    expect(lines.slice(lines.findIndex((line) => line.startsWith('floor')))).toEqual([
      'floor    GLIBC 2.38 (glibc 2.36 is allowed)',
      'needs    libcrypto.so.3 libodd.so.7 libpq.so.5',
      'Debian   apt-get install libpq5 libssl3t64',
      'Ubuntu   apt-get install libpq5 libssl3t64',
      "RHEL     dnf install 'libpq.so.5()(64bit)' openssl-libs",
      'derived  libpq.so.5()(64bit) on RHEL: not looked up',
      'allowed  libother.so.1',
      'excepted lib/b-1/priv/arm.exe',
    ]);
  });

  it('leave out, in brief, what to do about the warnings of every build', async () => {
    const report = await audited({ ...release(), 'releases/COOKIE': 'x', '.env': 'A=1', 'a/.env': 'A=1' });
    expect(reportLines(report, { brief: true }).slice(0, 6)).toEqual([
      `pass: the release fits ${GNU} (0 errors, 3 warnings, 4 native binaries)`,
      "warning cookie: releases/COOKIE: anyone who can read the tarball can join the release's cluster with its cookie",
      expect.stringMatching(/^warning possible-secret: the release contains a file of environment variables/),
      '  in .env',
      '  in a/.env',
      '  Remove it, and set the variables where the release runs.',
    ]);
  });

  it('name the packages of Alpine for musl', async () => {
    const tree = { ...release(MUSL), 'lib/a-1/priv/x.so': nif({ needed: ['libc.so', 'libstdc++.so.6'] }) };
    expect(reportLines(await audited(tree)).slice(1)).toEqual([
      'needs    libstdc++.so.6',
      'Alpine   apk add libstdc++',
    ]);
  });
});

describe('reportOutcome', () => {
  it('is the verdict in a few words', async () => {
    expect(reportOutcome(await broken())).toBe('fail: 10 errors, 1 warning, needs glibc 2.38');
    expect(reportOutcome(await audited(release(MUSL)))).toBe('pass: 0 errors, 0 warnings');
  });
});

describe('auditFailed', () => {
  it('tells the first of each kind, and where the report is', async () => {
    const error = auditFailed(await broken(), 'web-1', '/out/web-1.audit.json');
    expect([error.code, error.exitStatus]).toEqual(['audit-failed', 6]);
    expect(error.message).toMatch(
      new RegExp(
        `^web-1 does not fit ${GNU}: glibc-too-new in lib/a-1/priv/0.so and 6 more: it needs glibc 2.38; .*; ` +
          'malformed-elf in lib/b-1/priv/cut.so: .*; missing-library in lib/b-1/priv/x.so: .*; and other errors$',
      ),
    );
    expect(error.next).toContain('/out/web-1.audit.json');
  });
});

describe('docs/audit.md', () => {
  it('has an entry for every code that the rules give, and none for others', async () => {
    const rules = new URL('src/audit/rules/', root);
    const sources = await Promise.all((await readdir(rules)).map((file) => readFile(new URL(file, rules), 'utf8')));
    const given = [...sources.join('\n').matchAll(/(?:error|warning)\)?\(\s*'([a-z0-9-]+)'|: '([a-z]+-too-new)'/g)];
    const codes = new Set(given.map(([, called, listed]) => called ?? listed));
    const text = await readFile(new URL('docs/audit.md', root), 'utf8');
    const entries = [...text.matchAll(/^### `([a-z0-9-]+)`$/gm)].map(([, code]) => code);
    expect(entries.toSorted()).toEqual([...codes].sort());
    expect(codes.size).toBeGreaterThan(20);
  });
});

describe('an empty tree of a runtime', () => {
  it('is held against the target that was named', async () => {
    const place = await directoryWith({ 'releases/start_erl.data': '15 1' });
    expect(await auditedPlace(place, { target: MUSL })).toEqual({
      version: 1,
      verdict: 'pass',
      target: MUSL,
      allowedGlibc: undefined,
      allowedLibraries: [],
      excepted: [],
      floor: {},
      requirements: { libraries: [], debian: [], ubuntu: [], rhel: [], alpine: [], data: [], derived: {} },
      findings: [],
      files: [],
    });
  });
});
