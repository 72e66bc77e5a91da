import { describe, expect, it } from '@jest/globals';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { initCommand } from '../../../../src/cli/init-command.js';
import type { Invocation } from '../../../../src/cli/program.js';
import { OPTIONS } from '../../../../src/options/table.js';
import { withConfigFile } from '../../../../src/options/file/config-file.js';
import { readRequests } from '../../../../src/options/request.js';
import { INIT_PROJECTS, INIT_SHAPES } from '../../../support/init-projects.js';
import { capturePrinted } from '../../support/environment.js';
import { errorOf } from '../../support/errors.js';
import { directoryWith, type Tree } from '../../support/files.js';

const printed = capturePrinted();
const root = new URL('../../../../', import.meta.url);
const GIT = { '.git/HEAD': 'ref: refs/heads/main\n' };
const WORKFLOW = '.github/workflows/release.yml';

type Init = Extract<Invocation, { command: 'init' }>;

function init(directory: string, changes: Partial<Init> = {}): Promise<void> {
  return initCommand({
    ...{ command: 'init', directory, targets: [], tagRelease: undefined, force: false, print: false },
    ...{ action: 'OWNER/mix-release-action@v1', ...changes },
  });
}

const checkout = (tree: Tree): Promise<string> => directoryWith({ ...GIT, ...tree });
const written = (directory: string): Promise<string> => readFile(path.join(directory, WORKFLOW), 'utf8');

interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps?: readonly { readonly uses: string; readonly with?: Readonly<Record<string, string>> }[];
  readonly strategy?: { readonly matrix: { readonly include: readonly object[] } };
}
interface Workflow {
  readonly on: { readonly push: Readonly<Record<string, readonly string[]>> };
  readonly permissions: object;
  readonly jobs: { readonly release: Job };
}

const jobOf = async (directory: string): Promise<Job> => (parse(await written(directory)) as Workflow).jobs.release;

const inputsOf = async (directory: string): Promise<Readonly<Record<string, string>>> =>
  (await jobOf(directory)).steps?.at(-1)?.with ?? {};

describe.each(Object.entries(INIT_PROJECTS))('initCommand, of a project that is %s', (kind, tree) => {
  it.each(Object.entries(INIT_SHAPES))(
    'writes a workflow of the kind %s with options that there are',
    async (shape, request) => {
      const directory = await checkout(tree);
      await init(directory, request);
      const { jobs, permissions } = parse(await written(directory)) as Workflow;
      expect(permissions).toEqual({});
      const { release } = jobs;
      const names: readonly string[] = OPTIONS.map(({ name }) => name);
      const given =
        release.uses === undefined ? Object.keys(release.steps?.at(-1)?.with ?? {}) : Object.keys(release.with ?? {});
      expect(given.filter((name) => name !== 'targets' && !names.includes(name))).toEqual([]);
      if (shape === 'tag') {
        const { on } = parse(await readFile(new URL('.github/workflows/release.yml', root), 'utf8')) as {
          on: { workflow_call: { inputs: object; secrets: object } };
        };
        expect(Object.keys(on.workflow_call.inputs)).toEqual(expect.arrayContaining(given));
        expect(Object.keys(on.workflow_call.secrets)).toEqual(
          expect.arrayContaining(Object.keys(release.secrets ?? {})),
        );
      } else expect(release.permissions).toEqual({ contents: 'read' });
    },
  );

  it('changes nothing when it runs again, with the same flags or none', async () => {
    const directory = await checkout(tree);
    await init(directory, INIT_SHAPES.tag);
    const text = await written(directory);
    for (const again of [{ ...INIT_SHAPES.tag }, {}, { force: true }]) {
      await init(directory, again);
      expect(printed.stdout).toMatch(/^kept +\.github\/workflows\/release\.yml is already up to date$/m);
      expect(await written(directory)).toBe(text);
    }
  });

  it('gives options that a build takes', async () => {
    const directory = await checkout(tree);
    await init(directory);
    const inputs = Object.fromEntries(
      Object.entries(await inputsOf(directory)).map(([name, text]) => [
        name,
        text.replaceAll(/\$\{\{[^}]*\}\}/g, 'planted-key'),
      ]),
    );
    const [request] = await readRequests(inputs, { checkout: directory, cwd: directory, env: {} });
    expect(request.target.triple).toBe('x86_64-unknown-linux-gnu');
    if (kind === 'private') expect(request.access?.secrets).toContain('planted-key');
  });
});

describe('initCommand', () => {
  const project = (name: string): Tree => INIT_PROJECTS[name] ?? {};

  it('says what it found, what it wrote, and what is left to do', async () => {
    const directory = await checkout(project('private'));
    await init(directory);
    expect(printed.stdout.trimEnd().split('\n')).toEqual([
      'found   the project private',
      'found   private packages of acme on hex.pm',
      'found   packages of the Hex repositories internal',
      'found   git dependencies by SSH from github.com',
      'wrote   .github/workflows/release.yml: x86_64-unknown-linux-gnu, for each push to main and each pull request',
      'to do   name the versions in a .tool-versions; without one, it is Elixir 1.18 on OTP 27',
      'to do   add the secret HEX_ACME_KEY to the repository',
      'to do   add the secret HEX_INTERNAL_KEY to the repository',
      'to do   write the address of internal instead of https://hex.example.com',
      'to do   add the secret DEPS_TOKEN, a token that may read these repositories',
    ]);
    expect(await inputsOf(directory)).toEqual({
      target: 'x86_64-unknown-linux-gnu',
      'hex-organizations': 'acme=${{ secrets.HEX_ACME_KEY }}',
      'hex-repositories': 'internal https://hex.example.com --auth-key ${{ secrets.HEX_INTERNAL_KEY }}',
      'git-credentials': 'https://x-access-token:${{ secrets.DEPS_TOKEN }}@github.com',
    });
  });

  it('has the hook and the variables of a Phoenix project', async () => {
    const directory = await checkout(project('phoenix'));
    await init(directory);
    expect(printed.stdout).toContain('Phoenix with assets');
    expect(printed.stdout).toContain('Ecto with PostgreSQL');
    expect(printed.stdout).toContain('config/runtime.exs insists on DATABASE_URL, SECRET_KEY_BASE');
    expect(await inputsOf(directory)).toEqual({
      target: 'x86_64-unknown-linux-gnu',
      'before-release': 'mix assets.deploy',
      'smoke-env': expect.stringMatching(/^DATABASE_URL=ecto:\S+\nSECRET_KEY_BASE=\S{64,}\n$/),
    });
  });

  it('has the releases and the assets of an umbrella', async () => {
    const directory = await checkout(project('umbrella'));
    await init(directory);
    expect(await inputsOf(directory)).toMatchObject({
      release: 'web\nworker\n',
      packages: 'nodejs npm',
      'before-release': '(cd apps/web && npm ci --prefix assets && mix assets.deploy)',
    });
    expect(printed.stdout).toContain('an umbrella of apps/core, apps/web');
    expect(printed.stdout).toContain('Ecto with MySQL');
  });

  it('builds code in Rust with cargo, each target on a machine of its own', async () => {
    const directory = await checkout(project('rust'));
    await init(directory, { targets: ['x64-gnu', 'arm64-musl'] });
    expect(await inputsOf(directory)).toEqual({
      ...{ target: '${{ matrix.target }}', packages: 'cargo', os: '*-gnu => debian:trixie' },
    });
    expect((await jobOf(directory)).strategy?.matrix.include).toEqual([
      { target: 'x86_64-unknown-linux-gnu', runner: 'ubuntu-24.04' },
      { target: 'aarch64-unknown-linux-musl', runner: 'ubuntu-24.04-arm' },
    ]);
  });

  it('builds several targets of other projects in one job', async () => {
    const directory = await checkout(project('plain'));
    await init(directory, { targets: ['x64-gnu', 'arm64-musl'] });
    expect(await inputsOf(directory)).toEqual({ target: 'x86_64-unknown-linux-gnu\naarch64-unknown-linux-musl\n' });
  });

  it('asks for a newer Elixir than the default where mix.exs does, and no file names a version', async () => {
    const directory = await checkout({ 'mix.exs': '[app: :a, elixir: "~> 1.20"]' });
    await init(directory);
    expect(await inputsOf(directory)).toMatchObject({ 'elixir-version': '1.20' });
  });

  it('fetches the history for a version from it, and submodules', async () => {
    const directory = await checkout({ 'mix.exs': 'System.cmd("git", ["describe"])', '.gitmodules': '' });
    await init(directory);
    expect((await jobOf(directory)).steps?.[0]?.with).toEqual({
      ...{ 'persist-credentials': false, 'fetch-depth': 0, submodules: true },
    });
  });

  it('leaves out what a mix-release.toml sets', async () => {
    const config = 'targets = ["x64-musl", "arm64-musl"]\nbefore-release = "mix assets.deploy"\n';
    const directory = await checkout({ ...project('phoenix'), 'mix-release.toml': config });
    await init(directory);
    expect(Object.keys(await inputsOf(directory))).toEqual(['smoke-env']);
    expect(printed.stdout).toContain('x86_64-unknown-linux-musl, aarch64-unknown-linux-musl, for each push');
    const place = { checkout: directory, cwd: directory, by: 'action', note: () => undefined } as const;
    const all = await withConfigFile(await inputsOf(directory), place);
    expect(await readRequests(all, { checkout: directory, cwd: directory, env: {} })).toHaveLength(2);
    await init(directory);
    expect(printed.stdout).toContain('already up to date');
  });

  it('finds the repository above the project, and the project below the directory', async () => {
    const directory = await checkout({ 'services/api/mix.exs': '[app: :api]', 'deps/x/mix.exs': '' });
    await init(path.join(directory, 'services/api'));
    expect(await inputsOf(directory)).toMatchObject({ 'working-directory': 'services/api' });
    await init(path.join(directory, 'services'));
    expect(printed.stdout).toContain('already up to date');
  });

  it('does not overwrite what somebody wrote, but with --force', async () => {
    const directory = await checkout({ ...project('plain'), [WORKFLOW]: 'name: mine\n' });
    const error = await errorOf(() => init(directory));
    expect(error).toMatchObject({ code: 'workflow-exists', exitStatus: 2 });
    expect(error.next).toContain('--force');
    expect(await written(directory)).toBe('name: mine\n');
    await init(directory, { force: true });
    expect(await written(directory)).toContain('name: release\n');
  });

  it('does not overwrite what somebody changed in what it wrote', async () => {
    const directory = await checkout(project('plain'));
    await init(directory);
    await writeFile(path.join(directory, WORKFLOW), (await written(directory)).replace('ubuntu-24.04', 'self-hosted'));
    expect((await errorOf(() => init(directory))).code).toBe('workflow-exists');
  });

  it('prints the workflow with --print, and writes nothing', async () => {
    const directory = await checkout({ ...project('plain'), [WORKFLOW]: 'name: mine\n' });
    await init(directory, { print: true });
    expect(printed.stdout).toMatch(/^# Written by mix-release init --targets \S+ --no-tag-release\nname: release\n/);
    expect(await written(directory)).toBe('name: mine\n');
  });

  it('names another action', async () => {
    const directory = await checkout(project('plain'));
    await init(directory, { action: 'me/it@0123abc', tagRelease: true });
    expect((await jobOf(directory)).uses).toBe('me/it/.github/workflows/release.yml@0123abc');
  });

  it.each([
    [{ 'a/mix.exs': '', 'b/mix.exs': '' }, 'several below it: a, b'],
    [{ 'README.md': '' }, 'there is no mix.exs in'],
  ])('refuses a directory without one project: %j', async (tree, what) => {
    const error = await errorOf(async () => init(await checkout(tree)));
    expect(error).toMatchObject({ code: 'mix-project-not-found', exitStatus: 2 });
    expect(error.message).toContain(what);
  });

  it('refuses a directory that is not there, and a target that is not known', async () => {
    expect((await errorOf(() => init('/nowhere'))).code).toBe('directory-not-found');
    const directory = await checkout(project('plain'));
    expect((await errorOf(() => init(directory, { targets: ['amiga'] }))).code).toBe('unknown-target');
  });

  it('says where the file cannot be written', async () => {
    const directory = await checkout({ ...project('plain'), '.github': 'a file' });
    expect(await errorOf(() => init(directory))).toMatchObject({ code: 'output-not-writable', exitStatus: 8 });
    const other = await checkout(project('plain'));
    await mkdir(path.join(other, WORKFLOW), { recursive: true });
    await chmod(path.join(other, WORKFLOW), 0o755);
    expect((await errorOf(() => init(other))).code).toBe('output-not-writable');
  });
});

describe('the actions that it names', () => {
  it('are those of the workflows of this repository', async () => {
    const directory = await checkout(INIT_PROJECTS.plain ?? {});
    await init(directory);
    const ci = await readFile(new URL('.github/workflows/ci.yml', root), 'utf8');
    const [line = ''] = /uses: actions\/checkout@.*/.exec(await written(directory)) ?? [];
    expect(line).toMatch(/@[0-9a-f]{40} # v\d/);
    expect(ci).toContain(line);
  });
});
