import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);

interface Workflow {
  readonly jobs: {
    readonly test: { readonly strategy: { readonly matrix: { readonly include: readonly Run[] } } };
  };
}

interface Run {
  readonly part: string;
  readonly shard?: string;
}

/** The shards of each part, as the usage of script/test has them. */
async function shards(): Promise<ReadonlyMap<string, readonly string[]>> {
  const script = await readFile(new URL('script/test', root), 'utf8');
  const lines = script.matchAll(/say " {2}shards of (\w+): ([^"]+)"/g);
  return new Map([...lines].map(([, part = '', names = '']) => [part, names.split(' ')]));
}

describe('the workflow that tests the project', () => {
  it('runs every part of script/test, and every shard of those that have some', async () => {
    const workflow = parse(await readFile(new URL('.github/workflows/ci.yml', root), 'utf8')) as Workflow;
    const runs = workflow.jobs.test.strategy.matrix.include.map(({ part, shard = '' }) => `${part} ${shard}`);
    const divided = [...(await shards())].flatMap(([part, names]) => names.map((name) => `${part} ${name}`));
    expect(divided.length).toBeGreaterThan(5);
    expect(runs.sort()).toEqual(['checks ', 'unit ', 'integration ', 'act ', ...divided].sort());
  });

  it('names shards that script/test takes', async () => {
    const script = await readFile(new URL('script/test', root), 'utf8');
    for (const [part, names] of await shards()) {
      for (const name of names) {
        expect(script).toContain(`'${part} ${name}'`);
        expect(script).toContain(`wants_shard ${name};`);
      }
    }
  });
});
