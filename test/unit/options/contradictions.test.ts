import { describe, expect, it } from '@jest/globals';
import { requireNoContradiction } from '../../../src/options/contradictions.js';
import { OPTIONS, type RawOptions } from '../../../src/options/table.js';
import { errorOf } from '../support/errors.js';

/** What the action gives where a workflow sets these inputs. */
const inputs = (set: RawOptions): RawOptions =>
  Object.fromEntries(OPTIONS.map(({ name, default: value }) => [name, set[name] ?? value]));

describe('requireNoContradiction', () => {
  it.each<RawOptions>([
    { 'smoke-test': 'off', 'smoke-env': ['A=1'] },
    { 'smoke-test': 'OFF', 'smoke-env': 'A=1\nB=2' },
    { 'smoke-test': 'off', 'smoke-timeout': '10' },
    { 'smoke-test': 'off', 'runtime-image': 'debian:trixie' },
    { 'smoke-test': 'off', 'runtime-packages': ['libpq5'] },
    { audit: 'off', 'allow-libraries': 'libvips.so.42' },
    { audit: 'off', 'audit-except': ['lib/x'] },
    { 'artifact-name': 'x' },
    { 'retention-days': '3' },
    { 'compression-level': '6' },
    { overwrite: true },
  ])('refuses %j', async (raw) => {
    const given = Object.keys(raw).at(-1) ?? '';
    const error = await errorOf(() => {
      requireNoContradiction(raw);
    });
    expect([error.code, error.exitStatus]).toEqual(['bad-option', 2]);
    expect(error.message).toContain(given);
    expect(error.next).toContain(`Leave ${given} out, or `);
  });

  it.each<RawOptions>([
    {},
    { 'smoke-test': 'off' },
    { 'smoke-test': 'eval', 'smoke-env': ['A=1'], 'smoke-timeout': '10' },
    { audit: 'warn', 'allow-libraries': 'libvips.so.42' },
    { artifact: true, 'artifact-name': 'x' },
    { artifact: false, 'artifact-name': 'x' },
    { overwrite: false },
  ])('takes %j, from the command line and as inputs', (raw) => {
    expect(() => {
      requireNoContradiction(raw);
      requireNoContradiction(inputs(raw));
    }).not.toThrow();
  });

  it('is not misled by the defaults that the action gives', async () => {
    expect(() => {
      requireNoContradiction(inputs({ 'smoke-test': 'off', audit: 'off', artifact: 'false' }));
    }).not.toThrow();
    await errorOf(() => {
      requireNoContradiction(inputs({ 'smoke-test': 'off', 'smoke-timeout': '10' }));
    });
  });
});

describe('values that cannot both be', () => {
  it.each<[RawOptions, string]>([
    [{ env: 'A=1\nKEY=x', 'deps-env': 'KEY=y' }, 'env and deps-env both set KEY'],
    [{ env: ['KEY=x'], 'deps-env': ['OTHER', 'KEY'] }, 'env and deps-env both set KEY'],
    [{ output: 'out', report: './out/' }, 'report and output are both ./out/'],
  ])('are refused: %j', async (raw, message) => {
    const error = await errorOf(() => {
      requireNoContradiction(raw);
    });
    expect(error).toMatchObject({ code: 'bad-option', message });
  });

  it.each<RawOptions>([
    { env: 'KEY=x' },
    { env: 'KEY=x', 'deps-env': 'OTHER=1' },
    { env: 'KEY=x\n\n', 'deps-env': 'OTHER=1\n\n' },
    { env: ['TEXT=one\nKEY=two'], 'deps-env': ['KEY=x'] },
    { output: 'out', report: 'out/report.html' },
  ])('are none in %j', (raw) => {
    expect(() => {
      requireNoContradiction(raw);
    }).not.toThrow();
  });
});
