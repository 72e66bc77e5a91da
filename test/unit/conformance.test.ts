import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readArguments } from '../conformance/arguments.js';
import { ENTRIES } from '../conformance/entries/index.js';
import { isAvailable } from '../conformance/model.js';
import { MUTATIONS } from '../conformance/mutations/index.js';
import { PLATFORMS } from '../conformance/platforms.js';
import { sampleOf } from '../conformance/sample.js';

const ids = ENTRIES.map(({ id }) => id);

describe('the entries of the conformance suite', () => {
  it('have identifiers of their own', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it.each(PLATFORMS.map((platform, at) => [platform.name, platform, at === 0 ? 90 : 40] as const))(
    'are enough on %s',
    (_, platform, least) => {
      const run = ENTRIES.filter((entry) => isAvailable(entry, platform) && (least === 90 || entry.core === true));
      expect(run.length).toBeGreaterThanOrEqual(least);
    },
  );

  it('are each in the sample of one other platform, as far as they are core', () => {
    const [first, ...others] = PLATFORMS;
    const samples = others.map((platform) => sampleOf(platform).map(({ id }) => id));
    const core = ENTRIES.filter(
      (entry) => entry.core === true && others.some((platform) => isAvailable(entry, platform)),
    );
    expect(samples.flat().sort()).toEqual(core.map(({ id }) => id).sort());
    for (const sample of samples) expect(sample.length).toBeGreaterThan(15);
    for (const [at, platform] of others.entries()) {
      expect(ENTRIES.filter(({ id }) => samples[at]?.includes(id)).every((entry) => isAvailable(entry, platform))).toBe(
        true,
      );
    }
    expect(first && sampleOf(first)).toEqual([]);
  });

  it('are broken on purpose by mutations that exist, at least fifteen of them', () => {
    const broken = MUTATIONS.map(({ entry }) => entry);
    expect(broken.filter((entry) => !ids.includes(entry))).toEqual([]);
    expect(new Set(broken).size).toBeGreaterThanOrEqual(15);
  });

  it('are broken in script/test by some that exist', async () => {
    const script = await readFile(new URL('../../script/test', import.meta.url), 'utf8');
    const named = [...script.matchAll(/--only ([a-z0-9-]+)/g)].map(([, id = '']) => id);
    expect(named.length).toBeGreaterThanOrEqual(5);
    expect(named.filter((id) => !MUTATIONS.some(({ entry }) => entry === id))).toEqual([]);
  });
});

describe('readArguments', () => {
  const names = (...argv: readonly string[]): readonly string[] =>
    readArguments(argv).platforms.map(({ name }) => name);

  it('chooses platforms', () => {
    expect(names()).toEqual(['trixie']);
    expect(names('--all')).toEqual(PLATFORMS.map(({ name }) => name));
    expect(names('--others')).toEqual(['bookworm', 'forky', 'bullseye', 'musl']);
    expect(names('--elixir', '1.18')).toEqual(['trixie']);
    expect(names('--elixir', '1.14.0')).toEqual(['bookworm']);
    expect(names('--target', 'x86_64-unknown-linux-musl')).toEqual(['musl']);
    expect(names('--elixir', '1.18', '--all')).toEqual(['trixie', 'musl']);
    expect(() => names('--elixir', '1.9')).toThrow('no such platform');
  });
});
