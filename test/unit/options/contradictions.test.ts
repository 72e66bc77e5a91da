import { describe, expect, it } from '@jest/globals';
import { requireApart, requireNoContradiction } from '../../../src/options/contradictions.js';
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

describe('requireApart', () => {
  it('refuses a secret of mix deps.get that all of the build would see', async () => {
    const error = await errorOf(() => {
      requireApart({ A: '1', KEY: 'x' }, { KEY: 'y' });
    });
    expect(error).toMatchObject({ code: 'bad-option', message: 'env and deps-env both set KEY' });
  });

  it.each([undefined, {}, { OTHER: '1' }])('takes %j', (depsEnv) => {
    expect(() => {
      requireApart({ KEY: 'x' }, depsEnv);
    }).not.toThrow();
  });
});
