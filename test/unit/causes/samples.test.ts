import { describe, expect, it } from '@jest/globals';
import { BUILDING, MAKING_IMAGES } from '../../../src/causes/building/rules.js';
import { likelyCauses } from '../../../src/causes/find.js';
import { RUNNING } from '../../../src/causes/running/rules.js';
import { REPLACED_NAMES } from '../../../src/options/replaced.js';
import { OPTIONS } from '../../../src/options/table.js';
import { NO_CAUSES, OF_BUILDS, OF_IMAGES, OF_RELEASES } from './samples.js';

describe.each([
  ['releases', OF_RELEASES, RUNNING],
  ['builds', OF_BUILDS, BUILDING],
  ['images', OF_IMAGES, MAKING_IMAGES],
] as const)('the causes of what %s print', (_, samples, rules) => {
  it.each(samples)('are %s %s', (name, subject, ...lines) => {
    const [first, ...more] = likelyCauses(rules, ['something before', ...lines, 'something after']);
    expect(more).toEqual([]);
    expect(first?.name).toBe(name);
    if (name !== 'certificate') expect(first?.subject).toBe(subject);
  });

  it.each(samples)('have advice with options that there are, for %s %s', (_, __, ...lines) => {
    const next = likelyCauses(rules, lines)[0]?.next ?? '';
    expect(REPLACED_NAMES.filter((option) => next.includes(`${option}: `))).toEqual([]);
    // Written as an option, `name: value`, with a hyphen in its name; `fetch-depth` is one of actions/checkout.
    const written = [...next.matchAll(/(?<![\w/-])([a-z]+(?:-[a-z]+)+): /g)].map(([, option = '']) => option);
    const known = ['fetch-depth', ...OPTIONS.map(({ name }) => name)];
    expect(written.filter((option) => !known.includes(option))).toEqual([]);
  });

  it.each(NO_CAUSES.map((lines) => [lines]))('are none in %j', (lines) => {
    expect(likelyCauses(rules, lines)).toEqual([]);
  });
});
