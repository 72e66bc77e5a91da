import { describe, expect, it } from '@jest/globals';
import { partitionsFor } from '../../../src/mix/partitions.js';

describe('partitionsFor', () => {
  it.each([
    [4, '1.19.0', 4],
    [4, '1.20.4', 4],
    [2, '2.0.0', 2],
    [undefined, '1.18.3', undefined],
    [undefined, '1.20.4', undefined],
  ])('for %s with Elixir %s is %s', (requested, elixir, given) => {
    const notes: string[] = [];
    expect(partitionsFor(requested, elixir, (text) => notes.push(text))).toBe(given);
    expect(notes).toEqual([]);
  });

  it.each(['1.18.4', '1.14.0', '1.10.3', '1.19.0-rc.1'])('is told to be of no use with Elixir %s', (elixir) => {
    const notes: string[] = [];
    expect(partitionsFor(4, elixir, (text) => notes.push(text))).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining(`Elixir ${elixir} compiles dependencies in one process`)]);
  });
});
