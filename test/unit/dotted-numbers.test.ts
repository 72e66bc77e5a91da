import { describe, expect, it } from '@jest/globals';
import { compareDotted } from '../../src/dotted-numbers.js';

describe('compareDotted', () => {
  it.each([
    ['2.4', '2.36'],
    ['2.9', '2.10'],
    ['2.31', '2.35'],
    ['2.43', '3.0'],
    ['2', '2.1'],
    ['1.2.4', '1.2.5'],
    ['1.2', '1.2.5'],
    ['1.2.5', '1.10.0'],
  ])('puts %s below %s', (lower, higher) => {
    expect(compareDotted(lower, higher)).toBeLessThan(0);
    expect(compareDotted(higher, lower)).toBeGreaterThan(0);
  });

  it.each([
    ['2.36', '2.36'],
    ['2.0', '2'],
    ['1.2.5', '1.2.5'],
  ])('finds %s and %s equal', (a, b) => {
    expect(compareDotted(a, b)).toBe(0);
  });

  it('puts the shorter one below where a missing number counts as -1', () => {
    expect(compareDotted('3.22', '3.22.0', -1)).toBeLessThan(0);
    expect(compareDotted('3.22.0', '3.22', -1)).toBeGreaterThan(0);
    expect(compareDotted('3.22', '3.22', -1)).toBe(0);
  });
});
