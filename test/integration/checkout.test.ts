import { describe, expect, it } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, temporary, type Temporary } from '../support/checkout.js';
import { runCli, TARGET, TRIXIE } from '../support/cli.js';

/** A checkout of these files, and of a dependency in a git repository of its own inside of it. */
async function checkoutWith(files: Readonly<Record<string, string>>): Promise<Temporary> {
  const made = await temporary();
  const stone = {
    'stone/mix.exs': mixfile('Stone', 'app: :stone, version: "1.0.0"'),
    'stone/lib/stone.ex': module('Stone'),
  };
  await write(made.path, stone);
  await commit(path.join(made.path, 'stone'));
  await git(made.path, 'clone', '--quiet', '--bare', 'stone', 'vendor/stone.git');
  await git(made.path, 'init', '--quiet');
  // As `mix new` writes it: a link called deps would not match.
  const head = await git(path.join(made.path, 'stone'), 'rev-parse', 'HEAD');
  const lock = `%{\n  "stone": {:git, "file:///build/src/vendor/stone.git", "${head}", []},\n}\n`;
  await write(made.path, { '.gitignore': '/_build/\n/deps/\n/stone/\n', 'mix.lock': lock, ...files });
  await commit(made.path);
  return made;
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.join(directory, path.dirname(name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
}

async function commit(directory: string): Promise<void> {
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await git(directory, 'add', '--all');
  await git(directory, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'One');
}

const module = (name: string): string => `defmodule ${name} do\n  def hello, do: :world\nend\n`;
const mixfile = (name: string, project: string): string =>
  `defmodule ${name}.MixProject do\n  use Mix.Project\n  def project, do: [${project}]\n  def version do\n` +
  '    {status, 0} = System.cmd("git", ~w(status --porcelain))\n' +
  '    {_, changed} = System.cmd("git", ~w(diff-index --quiet HEAD))\n' +
  '    "0.1.0" <> if(status == "" and changed == 0, do: "", else: "-dirty")\n  end\nend\n';
const STONE = 'deps: [{:stone, git: "file:///build/src/vendor/stone.git"}]';

/** Builds, and gives what was printed. */
async function build(checkout: string, ...more: readonly string[]): Promise<string> {
  await using output = await temporary();
  const proof = ['--smoke-test', 'off', '--audit', 'off', '--verbose', '--output', output.path];
  const { status, stdout, stderr } = await runCli([
    'build',
    checkout,
    '--target',
    TARGET,
    '--image',
    TRIXIE,
    ...proof,
    ...more,
  ]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout + stderr;
}

describe('the checkout in the builder', () => {
  it('is as clean as it is here, also when dependencies and compiled code are in it', async () => {
    const files = { 'mix.exs': mixfile('Web', `app: :web, version: version(), ${STONE}`), 'lib/web.ex': module('Web') };
    await using checkout = await checkoutWith(files);
    expect(await build(checkout.path)).toContain('web-0.1.0-x86_64');
    const again = await build(checkout.path);
    expect(again).toContain('web-0.1.0-x86_64');
    expect(again).toMatch(/^sources .* 0 sent$/m);
    expect(again).not.toMatch(/Compiling \d+ file/);
    await writeFile(path.join(checkout.path, 'lib/web.ex'), `${module('Web')}# changed\n`);
    const changed = await build(checkout.path);
    expect(changed).toContain('web-0.1.0-dirty-x86_64');
    expect(changed).toMatch(/^sources .* 1 sent$/m);
  }, 600_000);

  it.each([
    ['above a child of an umbrella', '../../deps', 'apps/web'],
    ['beside the checkout', '../../../deps', 'apps/web'],
    ['with a name of its own', 'third party', '.'],
  ])(
    'has dependencies where the project has them: %s',
    async (_, depsPath, directory) => {
      const paths = directory === '.' ? '' : 'build_path: "../../_build", lockfile: "../../mix.lock", ';
      const check = `aliases: [release: [fn _ -> IO.puts("real: #{File.lstat!("${depsPath}/stone").type}") end, "release"]]`;
      const project = `app: :web, version: "0.1.0", deps_path: "${depsPath}", ${paths}${STONE}, ${check}`;
      await using checkout = await checkoutWith({
        [`${directory}/mix.exs`]: mixfile('Web', project),
        [`${directory}/lib/web.ex`]: module('Web'),
      });
      const where = ['--working-directory', directory];
      expect(await build(checkout.path, ...where)).toContain('real: directory');
      const again = await build(checkout.path, ...where);
      expect(again).toContain('real: directory');
      expect(again).not.toMatch(/Getting stone|Compiling \d+ file/);
    },
    600_000,
  );

  it('has dependencies that git tracks as they are here, and fetches those beside them once', async () => {
    const table =
      'File.mkdir_p!("priv")\n  File.write!("priv/table", "one")\n  Mix.Project.build_structure()\n  def hello, do: :world';
    const check =
      'aliases: [release: [fn _ -> IO.puts("priv: #{inspect(Path.wildcard("_build/prod/lib/own/priv/*"))}") end, "release"]]';
    const both = STONE.replace('[{', '[{:own, path: "deps/own"}, {');
    await using checkout = await checkoutWith({
      '.gitignore': '/_build/\n/deps/*\n!/deps/own/\n/stone/\n',
      'mix.exs': mixfile('Web', `app: :web, version: version(), ${both}, ${check}`),
      'lib/web.ex': module('Web'),
      'deps/own/mix.exs': mixfile('Own', 'app: :own, version: "0.1.0"'),
      'deps/own/lib/own.ex': `defmodule Own do\n  ${table}\nend\n`,
    });
    // Fetched here, as after mix deps.get.
    await write(checkout.path, { 'deps/stone/mix.exs': 'raise "not of this machine"' });
    const first = await build(checkout.path);
    expect(first).toMatch(/left out deps\/stone: git does not track them/);
    expect(first).toMatch(/Getting stone|Checking out|\* Getting stone/);
    expect(first).toContain('web-0.1.0-x86_64');
    const again = await build(checkout.path);
    expect(again).toMatch(/^sources .* 0 sent$/m);
    // What the compilation wrote is no change.
    expect(again).toContain('web-0.1.0-x86_64');
    expect(again).not.toMatch(/Getting stone|==> stone\s+Compiling/);
    expect(again).toContain('priv: ["_build/prod/lib/own/priv/table"]');
    await writeFile(
      path.join(checkout.path, 'deps/own/lib/own.ex'),
      `defmodule Own do\n  ${table.replace('one', 'two')}\nend\n`,
    );
    const changed = await build(checkout.path);
    expect(changed).not.toMatch(/Getting stone|==> stone\s+Compiling/);
    expect(changed).toContain('priv: ["_build/prod/lib/own/priv/table"]');
    // Vendored later: what was fetched there goes.
    await write(checkout.path, { 'deps/stone/mix.exs': mixfile('Stone', 'app: :stone, version: "1.0.0"') });
    await write(checkout.path, { 'deps/stone/lib/stone.ex': module('Stone') });
    const mixfileOfWeb = path.join(checkout.path, 'mix.exs');
    const text = await readFile(mixfileOfWeb, 'utf8');
    await writeFile(mixfileOfWeb, text.replace('git: "file:///build/src/vendor/stone.git"', 'path: "deps/stone"'));
    await git(checkout.path, 'add', '--force', 'deps/stone');
    const vendored = await build(checkout.path, '--before-release', 'ls -a deps/stone | tr "\\n" " "; echo');
    expect(vendored).toMatch(/\. \.\. lib mix\.exs $/m);
  }, 600_000);

  it('has nothing in it that a hook of an earlier build made', async () => {
    const files = { 'mix.exs': mixfile('Web', 'app: :web, version: "0.1.0"'), 'lib/web.ex': module('Web') };
    await using checkout = await checkoutWith(files);
    const look =
      'ls priv "$HOME" | tr "\\n" " "; echo; mkdir -p priv/deep && date >priv/deep/made; echo x >"$HOME/.toolrc"';
    await build(checkout.path, '--before-build', look);
    expect(await build(checkout.path, '--before-build', look)).not.toMatch(/toolrc|deep/);
  }, 600_000);
});
