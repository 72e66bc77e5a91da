import { describe, expect, it } from '@jest/globals';
import { BUILDING, MAKING_IMAGES } from '../../../src/causes/building/rules.js';
import { likelyCauses } from '../../../src/causes/find.js';
import { RUNNING } from '../../../src/causes/running/rules.js';
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

  it.each(NO_CAUSES.map((lines) => [lines]))('are none in %j', (lines) => {
    expect(likelyCauses(rules, lines)).toEqual([]);
  });
});
