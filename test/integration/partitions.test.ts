import { expect, it } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkoutOf, temporary } from '../support/checkout.js';
import { TARGET, TRIXIE, runCli } from '../support/cli.js';

const FORKY = 'hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky-20260801-slim';
const DEPS = { one: 'One', two: 'Two', three: 'Three' };

async function build(project: string, output: string, image: string, ...more: readonly string[]) {
  const others = ['--cookie', 'strip', '--audit', 'off', '--smoke-test', 'off', '--cache', 'false', '--verbose'];
  const args = ['build', project, '--target', TARGET, '--image', image, '--output', output, ...others, ...more];
  const { status, stdout, stderr } = await runCli(args);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const checksum = await readFile(`${stdout.trim().split('\n').at(-1) ?? ''}.sha256`, 'utf8');
  return { printed: stdout + stderr, sha256: checksum.split(' ')[0] };
}

it('compiles dependencies in several processes where Elixir can, with the same result', async () => {
  await using project = await checkoutOf('examples/hello');
  const at = (...names: readonly string[]): string => path.join(project.path, ...names);
  for (const [name, module] of Object.entries(DEPS)) {
    await mkdir(at('vendor', name, 'lib'), { recursive: true });
    const mixfile = `defmodule ${module}.MixProject do\n  use Mix.Project\n  def project, do: [app: :${name}, version: "1.0.0"]\nend\n`;
    await writeFile(at('vendor', name, 'mix.exs'), mixfile);
    await writeFile(at('vendor', name, 'lib', `${name}.ex`), `defmodule ${module} do\n  def name, do: :${name}\nend\n`);
  }
  const mix = await readFile(at('mix.exs'), 'utf8');
  const deps = Object.keys(DEPS)
    .map((name) => `{:${name}, path: "vendor/${name}"}`)
    .join(', ');
  const changed = mix.replace(/version: ("[^"]+"),/, `version: $1,\n      deps: [${deps}],`);
  expect(changed).not.toBe(mix);
  await writeFile(at('mix.exs'), changed);

  await using output = await temporary();
  const one = await build(project.path, output.path, FORKY);
  const several = await build(project.path, output.path, FORKY, '--deps-partitions', '2');
  expect(one.printed).not.toContain('OS processes');
  expect(several.printed).toContain('running across 2 OS processes');
  expect(several.sha256).toBe(one.sha256);
  const older = await build(project.path, output.path, TRIXIE, '--deps-partitions', '2');
  expect(older.printed).toContain('deps-partitions is ignored: Elixir 1.18.3');
  expect(older.printed).not.toContain('OS processes');
}, 600_000);
