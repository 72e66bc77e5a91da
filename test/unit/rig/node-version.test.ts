import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../support/cli.js';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const PINNED = read('.node-version').trim();
const [MAJOR = ''] = PINNED.split('.');

interface Package {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps?: readonly { readonly uses?: string; readonly with?: Record<string, unknown> }[] }>
  >;
}

describe('.node-version', () => {
  it('names one version', () => {
    expect(PINNED).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('is the version that scripts look for', () => {
    const script = '. script/env.sh; printf %s "$node_version"';
    expect(execFileSync('bash', ['-c', script], { cwd: ROOT, encoding: 'utf8' })).toBe(PINNED);
  });

  it.each(['ci', 'release'])('is the version that %s.yml sets up', (name) => {
    const { jobs } = parse(read(`.github/workflows/${name}.yml`)) as Workflow;
    const setups = Object.values(jobs)
      .flatMap(({ steps = [] }) => steps)
      .filter(({ uses = '' }) => uses.startsWith('actions/setup-node@'));
    expect(setups.length).toBeGreaterThan(0);
    for (const setup of setups) {
      expect(setup.with).toHaveProperty(
        'node-version-file',
        expect.stringMatching(/^(\.mix-release-action\/)?\.node-version$/),
      );
      expect(setup.with).not.toHaveProperty('node-version');
    }
  });

  it('is of the major version that package.json, the action and the bundles are for', () => {
    const { engines, devDependencies } = JSON.parse(read('package.json')) as Package;
    expect(engines.node).toBe(`>=${MAJOR}`);
    expect(devDependencies['@types/node']).toMatch(new RegExp(`^\\^${MAJOR}\\.`));
    for (const action of ['action.yml', 'matrix/action.yml']) {
      expect(parse(read(action))).toHaveProperty('runs.using', `node${MAJOR}`);
    }
    expect(read('script/bundle.mjs')).toContain(`target: 'node${MAJOR}'`);
  });
});
