import { describe, expect, it } from '@jest/globals';
import { GROUPS, type Option } from '../../../src/options/option.js';
import { readOption } from '../../../src/options/read.js';
import { OPTIONS } from '../../../src/options/table.js';

const rows: readonly Option[] = OPTIONS;

describe('OPTIONS', () => {
  it('has each name once', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  it('has the options of a group side by side, in the order of the groups', () => {
    const places = rows.map(({ group }) => GROUPS.indexOf(group));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(GROUPS.length);
  });

  it.each(rows.map(({ name, summary }) => [name, summary]))('describes %s in sentences on one line', (_, summary) => {
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/);
  });

  // A sentence is what an entry begins with; a text that goes on where it stands reads `none, which means …`.
  it.each(rows.flatMap(({ name, unset }) => (unset === undefined ? [] : [[name, unset]])))(
    'has what holds without %s as a noun',
    (_, unset) => {
      expect(unset).not.toMatch(/^\s|[.\s]$|\n/);
    },
  );

  it.each(rows.filter((row) => row.kind === 'choice').map((row) => [row.name, row] as const))(
    'has choices of %s in lower case, and its default among them',
    (_, { choices, default: byDefault }) => {
      expect(choices.map((choice) => choice.toLowerCase())).toEqual(choices);
      if (byDefault !== '') expect(choices).toContain(byDefault);
    },
  );

  it.each(rows.filter((row) => row.kind === 'integer').map((row) => [row.name, row] as const))(
    'has bounds of %s in their order, and its default between them',
    (_, { least, most, default: byDefault }) => {
      expect(least).toBeLessThan(most);
      if (byDefault === '') return;
      expect(Number(byDefault)).toBeGreaterThanOrEqual(least);
      expect(Number(byDefault)).toBeLessThanOrEqual(most);
    },
  );
});

describe('readOption', () => {
  it.each([
    ['pull', undefined, 'missing'],
    ['pull', ' Always ', 'always'],
    ['smoke-test', undefined, undefined],
    ['smoke-test', 'Boot', 'boot'],
    ['smoke-test', 'OFF', 'off'],
    ['smoke-test', 'ci/Smoke.sh', { other: 'ci/Smoke.sh' }],
    ['compression-level', undefined, 0],
    ['compression-level', '9', 9],
    ['smoke-timeout', '', undefined],
    ['smoke-timeout', '3600', 3600],
    ['mix-env', '  ', 'prod'],
    ['os', undefined, undefined],
    ['check-locked', undefined, true],
    ['check-locked', false, false],
    // On the command line nothing is uploaded, and there is no summary, unless that is what was typed.
    ['artifact', undefined, false],
    ['artifact', true, true],
    ['summary', '', false],
    ['packages', ['a', 'b,c'], ['a', 'b', 'c']],
    ['packages', undefined, []],
    ['release-args', '--version 1\n--quiet', ['--version 1', '--quiet']],
    ['git-credentials', undefined, []],
  ] as const)('reads %s %j as %j', (name, raw, value) => {
    expect(readOption(name, raw === undefined ? {} : { [name]: raw })).toEqual(value);
  });

  it('has a type for each value', () => {
    const pull: 'missing' | 'always' | 'never' = readOption('pull', {});
    const test: 'boot' | 'eval' | 'off' | { readonly other: string } | undefined = readOption('smoke-test', {});
    const level: number = readOption('compression-level', {});
    // @ts-expect-error -- it has no default
    const days: number = readOption('retention-days', {});
    // @ts-expect-error -- `always` is missing
    const narrow: 'missing' | 'never' = readOption('pull', {});
    expect([pull, test, level, days, narrow]).toEqual(['missing', undefined, 0, undefined, 'missing']);
  });
});
