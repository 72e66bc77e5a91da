import { Ajv } from 'ajv';
import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { readConfigText } from '../../../../src/options/file/read.js';
import { isPerTarget, type Option } from '../../../../src/options/option.js';
import { OPTIONS } from '../../../../src/options/table.js';

const root = new URL('../../../../', import.meta.url);
const schema = JSON.parse(await readFile(new URL('docs/mix-release.schema.json', root), 'utf8')) as object;
const validate = new Ajv({ strictRequired: false }).compile(schema);
const page = await readFile(new URL('docs/configuration.md', root), 'utf8');

function isRead(text: string): boolean {
  try {
    readConfigText('mix-release.toml', text);
    return true;
  } catch {
    return false;
  }
}

/** Values of every type that TOML and JSON share. */
const VALUES = ['"text"', '"true"', '"off"', '"always"', 'true', 'false', '3', '1.5', '["a"]', '["a", 1]', '{ a = 1 }'];
const cases = OPTIONS.flatMap((option: Option) =>
  VALUES.flatMap((value) => [
    `${option.name} = ${value}`,
    ...(value === '"text"' ? [`[target."*-gnu"]\n${option.name} = ${value}`] : []),
  ]),
);

describe('docs/mix-release.schema.json', () => {
  it.each([
    ...cases,
    'tagret = "a"',
    'targets = ["a"]',
    'target = "a"\ntargets = "a"',
    'targets = "a"\n[target."*-gnu"]\nos = "a"',
    '[target]\nos = "a"',
    '[target."two words"]\nos = "a"',
    'deps-env = ["KEY=x"]',
    'deps-env = ["KEY"]',
  ])('accepts what is read, and refuses what is not: %j', (text) => {
    expect(validate(parse(text))).toBe(isRead(text));
  });

  it('has both verdicts in that', () => {
    expect(cases.filter(isRead).length).toBeGreaterThan(OPTIONS.length);
    expect(cases.filter((text) => !isRead(text)).length).toBeGreaterThan(OPTIONS.length);
    expect(OPTIONS.filter((option) => isPerTarget(option)).length).toBeGreaterThan(3);
  });
});

describe('docs/configuration.md', () => {
  const blocks = [...page.matchAll(/^```toml\n([^]*?)^```$/gm)].map(([, text = '']) => text);

  it.each(blocks)('shows a file that is read, and that the schema accepts: %j', (text) => {
    expect(isRead(text)).toBe(true);
    expect(validate(parse(text))).toBe(true);
  });

  it('shows several', () => {
    expect(blocks.length).toBeGreaterThan(2);
  });
});
