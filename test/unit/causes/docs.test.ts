import { describe, expect, it } from '@jest/globals';
import { BUILDING, MAKING_IMAGES } from '../../../src/causes/building/rules.js';
import { likelyCauses } from '../../../src/causes/find.js';
import type { Rule } from '../../../src/causes/rule.js';
import { LOGGED } from '../../../src/causes/running/logged.js';
import { RUNNING } from '../../../src/causes/running/rules.js';
import { boldOf, SECTION } from './page.js';
import { OF_BUILDS, OF_IMAGES, OF_RELEASES, type Sample } from './samples.js';

describe('docs/troubleshooting.md', () => {
  it('has one entry for every rule, and none for another', () => {
    const entries = [...SECTION.matchAll(/^<!-- cause: ([\w -]+) -->$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    const rules = [...RUNNING, ...LOGGED, ...BUILDING, ...MAKING_IMAGES].map(({ name }) => name);
    expect([...new Set(entries)].sort()).toEqual([...new Set(rules)].sort());
  });

  const SAMPLES: readonly (readonly [readonly Rule[], Sample])[] = [
    ...OF_RELEASES.map((sample) => [RUNNING, sample] as const),
    ...OF_BUILDS.map((sample) => [BUILDING, sample] as const),
    ...OF_IMAGES.map((sample) => [MAKING_IMAGES, sample] as const),
  ];

  it.each(SAMPLES.map(([rules, [name, ...rest]]) => [name, rules, rest.slice(1)] as const))(
    'has the words of the message for %s',
    (name, rules, lines) => {
      const why = likelyCauses(rules, lines)[0]?.why ?? '';
      expect(boldOf(name).filter((text) => text.test(why)).length).toBeGreaterThan(0);
    },
  );
});
