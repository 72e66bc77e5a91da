import { describe, expect, it } from '@jest/globals';
import { MixReleaseError, type ErrorCode } from '../../../src/errors.js';
import { withVariables } from '../../../src/smoke/name-variables.js';
import { assignmentOf, variablesOfProject, variablesOfRelease } from '../../../src/smoke/runtime-config/variables.js';
import { directoryWith } from '../support/files.js';

const A = 'System.fetch_env!("A")\n';

describe('the variables of a project', () => {
  it('are those of config/runtime.exs, with the files that it reads', async () => {
    const root = await directoryWith({
      'config/runtime.exs': `import Config\n${A}Code.require_file("more/b.exs", __DIR__)\nimport_config "../../outside.exs"\n`,
      'config/more/b.exs':
        'import Config\nSystem.fetch_env!("A")\nSystem.fetch_env!("B")\nimport_config "../runtime.exs"\n',
    });
    expect(await variablesOfProject(root, 'prod', {})).toEqual([
      { name: 'A', file: 'config/runtime.exs', line: 2 },
      { name: 'B', file: 'config/more/b.exs', line: 3 },
    ]);
  });

  it('are those of the files that its releases name instead', async () => {
    const root = await directoryWith({
      'mix.exs':
        'def project, do: [releases: [a: [runtime_config_path: "config/a.exs"]]]\n# runtime_config_path: "no.exs"\n',
      'config/runtime.exs': 'System.fetch_env!("NO")',
      'config/a.exs': A,
    });
    expect((await variablesOfProject(root, 'prod', {})).map(({ name }) => name)).toEqual(['A']);
  });

  it('are none that are given, exported before, or always there', async () => {
    const root = await directoryWith({
      'rel/env.sh.eex': '#!/bin/sh\nexport FROM_SCRIPT="x"\n# export COMMENT=1\n',
      'config/runtime.exs': ['GIVEN', 'FROM_SCRIPT', 'RELEASE_NAME', 'HOME', 'A']
        .map((n) => `System.fetch_env!("${n}")`)
        .join('\n'),
    });
    expect((await variablesOfProject(root, 'prod', { GIVEN: '' })).map(({ name }) => name)).toEqual(['A']);
  });

  it('are none where there is no configuration for run time', async () => {
    expect(await variablesOfProject(await directoryWith({ 'mix.exs': '' }), 'prod', {})).toEqual([]);
  });
});

describe('the variables of a release', () => {
  it('are those of its own configuration', async () => {
    const directory = await directoryWith({
      'releases/1.0/runtime.exs': A,
      'releases/1.0/env.sh': 'export E=1\n',
      'releases/0.9/runtime.exs': 'System.fetch_env!("OLD")',
    });
    expect(await variablesOfRelease(directory, '1.0', 'prod', {})).toEqual([
      { name: 'A', file: 'releases/1.0/runtime.exs', line: 1 },
    ]);
  });
});

describe('an error of a release that lacks variables', () => {
  const found = ['DATABASE_URL', 'B'].map((name) => ({ name, file: 'releases/1.0/runtime.exs', line: 1 }));
  const error = (code: ErrorCode, what: string, output: readonly string[] = []) =>
    new MixReleaseError(code, { what, next: 'Set it.', output });

  it('names all of them with what to write', () => {
    const missing = error('smoke-missing-variable', 'no, probably because the environment variable FIRST is missing');
    const { code, message, next } = withVariables(missing, found);
    expect([code, message]).toEqual(['smoke-missing-variable', missing.message]);
    expect(next.split('\n')).toEqual([
      'Set what releases/1.0/runtime.exs insists on: FIRST, DATABASE_URL, B. Placeholders are enough for the smoke test:',
      '    smoke-env: |',
      '      FIRST=placeholder',
      '      DATABASE_URL=ecto://nobody:nothing@127.0.0.1/none',
      '      B=placeholder',
      '    on the command line:',
      '      --smoke-env FIRST=placeholder --smoke-env DATABASE_URL=ecto://nobody:nothing@127.0.0.1/none --smoke-env B=placeholder',
    ]);
  });

  it('has what to write where the configuration could not be read', () => {
    const { next } = withVariables(error('smoke-missing-variable', 'the environment variable X is missing'), []);
    expect(next).toMatch(/^Set it\.\n {4}smoke-env: \|\n {6}X=placeholder\n/);
  });

  it('says so where a configuration fails in another way', () => {
    const output = ['ERROR! Config provider Config.Reader failed with: not a binary'];
    expect(withVariables(error('smoke-failed', 'eval ended', output), found).next).toContain('B=placeholder');
  });

  it.each<[ErrorCode, string]>([
    ['smoke-failed', 'it crashed'],
    ['smoke-timeout', 'the node did not answer'],
    ['smoke-missing-library', 'libx.so.1'],
  ])('stays as it is for %s: %s', (code, what) => {
    const other = error(code, what);
    expect(withVariables(other, found)).toBe(other);
  });
});

describe('a value to begin with', () => {
  it.each([
    ['DATABASE_URL', 'ecto://nobody:nothing@127.0.0.1/none'],
    ['REDIS_URL', 'http://127.0.0.1'],
    ['PORT', '4000'],
    ['PHX_HOST', 'localhost'],
    ['UPLOAD_DIR', '/tmp'],
    ['POOL_SIZE', '1'],
    ['TOKEN', 'placeholder'],
  ])('of %s is %s', (name, value) => {
    expect(assignmentOf(name)).toBe(`${name}=${value}`);
  });

  it('of a secret key is long enough', () => {
    expect(assignmentOf('SECRET_KEY_BASE').length).toBeGreaterThan('SECRET_KEY_BASE='.length + 63);
  });
});
