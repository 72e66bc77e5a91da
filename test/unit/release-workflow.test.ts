import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Option } from '../../src/options/option.js';
import { OPTIONS } from '../../src/options/table.js';

interface Job {
  readonly needs?: unknown;
  readonly permissions?: object;
}

interface Workflow {
  readonly on: {
    readonly workflow_call: {
      readonly inputs: Readonly<Record<string, { readonly type: string; readonly default?: unknown }>>;
      readonly secrets: Readonly<Record<string, { readonly required: boolean }>>;
    };
  };
  readonly jobs: Readonly<Record<string, Job>> & {
    readonly build: Job & {
      readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
    };
  };
}

const file = new URL('../../.github/workflows/release.yml', import.meta.url);
const { on, jobs } = parse(await readFile(file, 'utf8')) as Workflow;
const { inputs, secrets } = on.workflow_call;
const passed = jobs.build.steps.find(({ uses }) => uses === './.mix-release-action')?.with ?? {};
const options: readonly Option[] = OPTIONS;
const ofWorkflow = (workflow: Option['workflow']) =>
  options.filter((option) => option.workflow === workflow).map((option) => [option.name, option] as const);

describe('the reusable workflow', () => {
  it.each(ofWorkflow(true))('has an input %s that reaches the action', (name) => {
    expect(Object.keys(inputs)).toContain(name);
    expect(passed[name]).toMatch(new RegExp(`\\binputs\\.${name}(?![a-z-])`));
    expect(Object.keys(secrets)).not.toContain(name);
  });

  it.each(ofWorkflow('secret'))('has a secret %s that reaches the action, and no input', (name) => {
    expect(secrets[name]).toMatchObject({ required: false });
    expect(passed[name]).toBe(`\${{ secrets.${name} }}`);
    expect(Object.keys(inputs)).not.toContain(name);
  });

  it.each(ofWorkflow(false))('takes no %s', (name) => {
    expect([...Object.keys(inputs), ...Object.keys(secrets)]).not.toContain(name);
  });

  it('passes nothing that the action does not take', () => {
    const names: readonly string[] = options.map(({ name }) => name);
    expect(Object.keys(passed).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('attests provenance and SBOMs by one action, of one commit, before anything is published', async () => {
    const text = await readFile(file, 'utf8');
    const attested = [...text.matchAll(/uses: (actions\/attest\S*) # (v\S+)/g)].map(([, uses, version]) => [
      uses,
      version,
    ]);
    expect(attested).toHaveLength(2);
    expect(attested[0]).toEqual(attested[1]);
    expect(jobs.publish?.needs).toEqual(['build', 'sboms', 'attest-sboms']);
    // It builds nothing, and what builds cannot sign.
    expect(jobs['attest-sboms']?.permissions).toEqual({ 'id-token': 'write', attestations: 'write' });
    expect(jobs.build.permissions).toEqual({ contents: 'read' });
  });

  it('holds the release to the tag unless told otherwise', () => {
    expect(inputs['version-check']).toMatchObject({ default: 'tag' });
  });

  it.each(
    options.filter((option) => option.workflow === true && option.kind === 'flag').map((o) => [o.name, o.default]),
  )('passes no %s where it has its default, which a file may change', (name, byDefault) => {
    const passes = byDefault === 'true' ? `!inputs.${name} && 'false'` : `inputs.${name} && 'true'`;
    expect(passed[name]).toBe(`\${{ ${passes} || '' }}`);
  });

  // GitHub gives 0 for a number that was not given, which the action would refuse.
  it.each(options.filter((option) => option.workflow === true && option.kind === 'integer').map(({ name }) => [name]))(
    'passes no number for %s where none was given',
    (name) => {
      expect(inputs[name]).toEqual({ type: 'number', description: expect.any(String) });
      expect(passed[name]).toBe(`\${{ inputs.${name} || '' }}`);
    },
  );
});
