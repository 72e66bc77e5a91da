import { expect } from '@jest/globals';
import { cp, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkoutOf, git, temporary, type Temporary } from './checkout.js';
import { TARGET, TRIXIE, buildRelease, runCli } from './cli.js';

/** What a build is for, and in which image. */
export interface Where {
  readonly target?: string;
  readonly image: string;
}

/** The project with a NIF, a compile-time setting and a dependency from a git repository of its own. */
async function checkout(): Promise<Temporary> {
  const made = await checkoutOf('examples/nif');
  const at = (name: string): string => path.join(made.path, name);
  await mkdir(at('config'));
  await writeFile(at('config/config.exs'), 'import Config\nconfig :nif, answer: 1\n');
  const module =
    'defmodule Nif.Answer do\n  @answer Application.compile_env(:nif, :answer)\n  def get, do: {@answer, Stone.size()}\nend\n';
  await writeFile(at('lib/nif/answer.ex'), module);
  await mkdir(at('stone/lib'), { recursive: true });
  const mixfile =
    'defmodule Stone.MixProject do\n  use Mix.Project\n  def project, do: [app: :stone, version: "1.0.0"]\nend\n';
  await writeFile(at('stone/mix.exs'), mixfile);
  await writeFile(at('stone/lib/stone.ex'), 'defmodule Stone do\n  def size, do: 1\nend\n');
  await git(at('stone'), 'init', '--quiet', '--initial-branch=main');
  await commit(at('stone'));
  await useStone(made.path);
  const dependency = '{:stone, git: "file:///build/src/stone/.git"}';
  const mix = await readFile(at('mix.exs'), 'utf8');
  const releases = '      releases: releases()';
  if (!mix.includes(releases)) throw new Error('examples/nif/mix.exs has changed');
  await writeFile(at('mix.exs'), mix.replace(releases, `${releases},\n      deps: [${dependency}]`));
  return made;
}

async function commit(directory: string): Promise<void> {
  await git(directory, 'add', '--all');
  await git(directory, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'Change');
}

/** Locks the dependency to what its repository has now. */
async function useStone(project: string): Promise<void> {
  const head = await git(path.join(project, 'stone'), 'rev-parse', 'HEAD');
  const lock = `%{\n  "stone": {:git, "file:///build/src/stone/.git", "${head}", []},\n}\n`;
  await writeFile(path.join(project, 'mix.lock'), lock);
}

/** The same size, and the old time. */
async function swap(file: string, from: string, to: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  if (!before.includes(from) || from.length !== to.length) throw new Error(`${file} has no ${from}`);
  const { atime, mtime } = await stat(file);
  await writeFile(file, before.replace(from, to));
  await utimes(file, atime, mtime);
}

async function digestOf(
  project: string,
  { target = TARGET, image }: Where,
  ...more: readonly string[]
): Promise<string> {
  await using output = await temporary();
  const args = [project, '--target', target, '--image', image, '--cookie', 'strip', '--output', output.path];
  return (await buildRelease([...args, '--audit', 'off', ...more])).sha256;
}

/** What a build of the same sources gives elsewhere, that knows nothing of earlier ones. */
async function cleanDigest(project: string, where: Where): Promise<string> {
  await using elsewhere = await temporary();
  const copy = path.join(elsewhere.path, 'another place');
  await cp(project, copy, { recursive: true, verbatimSymlinks: true });
  return await digestOf(copy, where, '--cache', 'false');
}

const TRAPS: readonly (readonly [string, (project: string) => Promise<void>])[] = [
  [
    'a file with another content of the same size and time',
    (at) => swap(path.join(at, 'lib/nif.ex'), ':lower', ':upper'),
  ],
  [
    'a configuration that is read at compile time',
    (at) => swap(path.join(at, 'config/config.exs'), 'answer: 1', 'answer: 2'),
  ],
  ['the source of a NIF', (at) => swap(path.join(at, 'c_src/nif.c'), '"x86_64"', '"x86-64"')],
  [
    'a dependency that moves in the lock',
    async (at) => {
      await swap(path.join(at, 'stone/lib/stone.ex'), 'size, do: 1', 'size, do: 2');
      await commit(path.join(at, 'stone'));
      await useStone(at);
    },
  ],
  [
    'a build that failed',
    async (at) => {
      const file = path.join(at, 'lib/nif/answer.ex');
      const good = await readFile(file, 'utf8');
      await writeFile(file, `${good}\ndefmodule Broken do\n  def x, do: y\nend\n`);
      await swap(path.join(at, 'lib/nif.ex'), ':upper', ':lower');
      const { status } = await runCli(['build', at, '--target', TARGET, '--image', TRIXIE, '--cookie', 'strip']);
      expect(status).toBe(5);
      await writeFile(file, good);
    },
  ],
];

/**
 * Springs each trap in turn in one checkout, and sees that a build which takes up the state of the earlier ones gives what
 * a clean one gives.
 */
export async function springTraps(image: string): Promise<void> {
  await using project = await checkout();
  const seen = [await digestOf(project.path, { image })];
  for (const [trap, spring] of TRAPS) {
    await spring(project.path);
    const kept = await digestOf(project.path, { image });
    expect([trap, kept]).toEqual([trap, await cleanDigest(project.path, { image })]);
    seen.push(kept);
  }
  // The traps do change the result: the first, the second, the fourth and the last.
  expect(new Set(seen).size).toBeGreaterThanOrEqual(5);
}

/** Builds one checkout for one target and the other, and again, and sees that each time it is as from a clean build. */
export async function switchTargets(one: Where, other: Where): Promise<void> {
  await using project = await checkout();
  const clean = [await cleanDigest(project.path, one), await cleanDigest(project.path, other)];
  for (let turn = 0; turn < 2; turn += 1) {
    expect([await digestOf(project.path, one), await digestOf(project.path, other)]).toEqual(clean);
  }
}
