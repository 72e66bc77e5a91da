import { describe, expect, it } from '@jest/globals';
import { BUILDING, MAKING_IMAGES } from '../../../src/causes/building/rules.js';
import { adviceFor, because, likelyCauses } from '../../../src/causes/find.js';
import type { Rule } from '../../../src/causes/rule.js';
import { RUNNING } from '../../../src/causes/running/rules.js';

const rule = (name: string, find: RegExp, more: Partial<Rule> = {}): Rule => ({
  ...{ name, find, explain: ([subject]) => ({ subject, why: `${name} is so`, next: `Mend ${name}.` }) },
  ...more,
});
const RULES = [rule('a', /\ba\b/), rule('b', /\bb\b/), rule('c', /\bc\b/), rule('d', /\bd\b/, { follows: true })];
const names = (rules: readonly Rule[], lines: readonly string[]): readonly string[] =>
  likelyCauses(rules, lines).map(({ name }) => name);

describe('likelyCauses', () => {
  it('goes by rank, and names two at most', () => {
    expect(names(RULES, ['c', 'b', 'a'])).toEqual(['a', 'b']);
    expect(names(RULES, ['c'])).toEqual(['c']);
    expect(names(RULES, ['nothing'])).toEqual([]);
  });

  it('names what follows from another cause only where there is none', () => {
    expect(names(RULES, ['d', 'b'])).toEqual(['b']);
    expect(names(RULES, ['d'])).toEqual(['d']);
  });

  it('names one of two that are found at the same place, or that explains the other', () => {
    expect(names([rule('a', /x y/), rule('b', /y z/)], ['x y z'])).toEqual(['a']);
    expect(names([rule('a', /x/, { alone: true }), rule('b', /z/)], ['x y z'])).toEqual(['a']);
  });

  it('looks for the next match where a closer look says no', () => {
    const second = rule('a', /\d/, {
      explain: ([subject]) => (subject === '2' ? { subject, why: '', next: '' } : undefined),
    });
    expect(likelyCauses([second], ['1 2 3'])).toMatchObject([{ subject: '2' }]);
  });

  it('prefers what a release says last to what it logged before', () => {
    const before =
      '10:00:00.000 [error] Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (localhost:5432): connection refused - :econnrefused';
    const last = [
      '10:00:01.000 [notice] Application app exited: exited in: App.Application.start(:normal, [])',
      '    ** (EXIT) an exception was raised:',
      '        ** (UndefinedFunctionError) function Mix.env/0 is undefined (module Mix is not available)',
    ];
    expect(names(RUNNING, [before, ...last])).toEqual(['mix-at-run-time']);
    expect(names(RUNNING, [before])).toEqual(['service']);
  });

  it('ends on outputs of any kind, and soon', () => {
    const nasty = [
      '('.repeat(20_000),
      'a/'.repeat(20_000),
      '"'.repeat(20_000),
      `${'x'.repeat(50_000)}.so`,
      '\0\r\u{1f600}',
    ];
    const started = performance.now();
    for (const rules of [RUNNING, BUILDING, MAKING_IMAGES]) likelyCauses(rules, nasty);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('the words of causes', () => {
  const cause = (name: string) => ({ name, subject: '', why: `${name} is so`, next: `Mend ${name}.` });

  it('are none without a cause, one, or two', () => {
    expect([because([]), adviceFor([])]).toEqual(['', undefined]);
    expect([because([cause('a')]), adviceFor([cause('a')])]).toEqual([', probably because a is so', 'Mend a.']);
    const two = [cause('a'), cause('b')];
    expect(because(two)).toBe(', probably because a is so, or because b is so');
    expect(adviceFor(two)).toBe('Mend a. If it is the second: Mend b.');
  });
});

describe('every rule', () => {
  it('has a name of its own', () => {
    const all = [...new Set([...RUNNING, ...BUILDING, ...MAKING_IMAGES])].map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length - 1);
    // A full disk is of the machine that runs a release, or of the engine's.
    expect(all.filter((name) => name === 'disk-full')).toHaveLength(2);
  });
});
