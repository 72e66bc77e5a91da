import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { dependenciesOutside } from '../../../src/sources/dependencies.js';
import { directoryWith, type Tree } from '../support/files.js';

async function found(tree: Tree, project: string): Promise<readonly string[]> {
  const root = await directoryWith(tree);
  return [...(await dependenciesOutside(root, path.join(root, project)))].sort();
}

describe('dependenciesOutside', () => {
  it.each([
    ['a path', '{:shared, path: "../libs/shared"}'],
    ['a path from the directory of the file', '{:shared, path: Path.expand("../libs/shared", __DIR__)}'],
    ['a path in a text', '{:shared, path: "#{__DIR__}/../libs/shared"}'],
    ['a path after a text', '{:shared, path: __DIR__ <> "/../libs/shared"}'],
    ['a list', 'for name <- ["../libs/shared"], do: {:shared, path: name}'],
  ])('finds %s', async (_, deps) => {
    const tree = { 'web/mix.exs': `defp deps, do: [${deps}]`, 'libs/shared/mix.exs': '', 'libs/other/mix.exs': '' };
    expect(await found(tree, 'web')).toEqual(['libs/shared']);
  });

  it('finds siblings in an umbrella, and what they use', async () => {
    const tree = {
      'mix.exs': 'apps_path: "apps"',
      'apps/web/mix.exs': 'deps_path: "../../deps", [{:core, in_umbrella: true}, {:jason, "~> 1.0"}]',
      'apps/core/mix.exs': '[{:store, in_umbrella: true, only: [:prod]}, {:shared, path: "../../libs/shared"}]',
      'apps/store/mix.exs': '[{:web, in_umbrella: true}]',
      'apps/admin/mix.exs': '',
      'libs/shared/mix.exs': '',
      'deps/jason/mix.exs': '',
    };
    expect(await found(tree, 'apps/web')).toEqual(['apps/core', 'apps/store', 'libs/shared']);
  });

  it('reads dependencies in a file of their own', async () => {
    const tree = {
      'web/mix.exs': 'Code.require_file("../deps.exs", __DIR__)',
      'deps.exs': '[{:shared, path: "libs/shared"}]',
      'libs/shared/mix.exs': '',
    };
    expect(await found(tree, 'web')).toEqual(['libs/shared']);
  });

  it('leaves what lies inside the project, above it or outside the checkout', async () => {
    const tree = {
      'mix.exs': '',
      'web/mix.exs': '"..", "../../../tmp", "libs/own", "/tmp"',
      'web/libs/own/mix.exs': '',
    };
    expect(await found(tree, 'web')).toEqual([]);
  });
});
