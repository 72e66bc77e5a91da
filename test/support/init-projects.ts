import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { proposeWorkflow } from '../../src/cli/init/proposal.js';

/** The text of a mix.exs. */
const mixfile = (app: string, deps: string, more = ''): string => `defmodule ${app}.MixProject do
  use Mix.Project

  # {:commented, "~> 1.0"} is none of its dependencies.
  def project do
    [
      app: :${app.toLowerCase()},
      version: "1.0.0",
      elixir: "~> 1.17",
      aliases: aliases(),
      deps: deps()
    ]
  end

  defp deps do
    [${deps}]
  end
${more}
end
`;

const ALIASES =
  '  defp aliases, do: ["assets.setup": ["esbuild.install"], "assets.deploy": ["esbuild default --minify", "phx.digest"]]';

const RUNTIME = `import Config

if config_env() == :prod do
  database_url = System.get_env("DATABASE_URL") || raise "DATABASE_URL is missing"
  config :shop, Shop.Repo, url: database_url
  config :shop, ShopWeb.Endpoint, secret_key_base: System.fetch_env!("SECRET_KEY_BASE")
end
`;

const entry = (name: string, repository: string): string =>
  `  "${name}": {:hex, :${name}, "1.0.0", "${'a'.repeat(64)}", [:mix], [{:jason, "~> 1.0", [hex: :jason, repo: "hexpm", optional: true]}], "${repository}", "${'b'.repeat(64)}"},\n`;

/** Projects of five kinds, as trees of files. */
export const INIT_PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { 'mix.exs': mixfile('Plain', ''), '.tool-versions': 'elixir 1.18.3\nerlang 27.3.4\n' },
  phoenix: {
    'mix.exs': mixfile('Shop', '{:phoenix, "~> 1.8"}, {:ecto_sql, "~> 3.13"},\n     {:postgrex, ">= 0.0.0"}', ALIASES),
    'config/runtime.exs': RUNTIME,
    'assets/js/app.js': '',
    'mix.lock': `%{\n${entry('phoenix', 'hexpm')}}\n`,
  },
  umbrella: {
    'mix.exs': mixfile(
      'Umbrella',
      '',
      '  def releases, do: [web: [applications: [web: :permanent]], worker: [applications: [core: :permanent]]]',
    ).replace('app: :umbrella,', 'apps_path: "apps",\n      releases: releases(),'),
    'apps/core/mix.exs': mixfile('Core', '{:myxql, "~> 0.7"}'),
    'apps/web/mix.exs': mixfile('Web', '{:phoenix, "~> 1.8"}, {:core, in_umbrella: true}', ALIASES),
    'apps/web/assets/package.json': '{}',
    'apps/web/assets/package-lock.json': '{}',
  },
  rust: {
    'mix.exs': mixfile('Fast', '{:rustler, "~> 0.37"}'),
    'native/words/Cargo.toml': '[package]\nname = "words"\n',
    'native/words/src/lib.rs': '',
  },
  private: {
    'mix.exs': mixfile(
      'Private',
      '{:ripple, "~> 1.0", organization: "acme"}, {:lib, git: "git@github.com:team/lib.git"}',
    ),
    'mix.lock': `%{\n${entry('ripple', 'hexpm:acme')}${entry('strand', 'internal')}  "lib": {:git, "git@github.com:team/lib.git", "${'c'.repeat(40)}", []},\n}\n`,
  },
};

const TARGETS = ['x86_64-unknown-linux-gnu', 'aarch64-unknown-linux-musl'];

/** What workflow is asked for: one target, several, a tag to a release. */
export const INIT_SHAPES = {
  single: { targets: [], tagRelease: false },
  several: { targets: TARGETS, tagRelease: false },
  tag: { targets: TARGETS, tagRelease: true },
} as const;

/** Writes every workflow of every kind of project into a directory, as KIND-SHAPE.yml. */
export async function writeInitWorkflows(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [kind, tree] of Object.entries(INIT_PROJECTS)) {
    const project = await mkdtemp(path.join(tmpdir(), 'mix-release-init-'));
    try {
      for (const [name, text] of Object.entries({ ...tree, '.git/HEAD': 'ref: refs/heads/main\n' })) {
        await mkdir(path.dirname(path.join(project, name)), { recursive: true });
        await writeFile(path.join(project, name), text);
      }
      for (const [shape, request] of Object.entries(INIT_SHAPES)) {
        const action = 'OWNER/mix-release-action@v1';
        const { text } = await proposeWorkflow({ directory: project, action, ...request });
        await writeFile(path.join(directory, `init-${kind}-${shape}.yml`), text);
      }
    } finally {
      await rm(project, { recursive: true });
    }
  }
}
