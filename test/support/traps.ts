import { expect } from '@jest/globals';
import { cp, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkoutOf, git, temporary, type Temporary } from './checkout.js';
import { TARGET, releasesOf, runCli } from './cli.js';

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

export async function commit(directory: string): Promise<void> {
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

/** The digest of a release, and what was printed on the way. */
interface Built {
  readonly sha256: string;
  readonly log: string;
}

async function build(project: string, { target = TARGET, image }: Where, ...more: readonly string[]): Promise<Built> {
  await using output = await temporary();
  const args = [project, '--target', target, '--image', image, '--cookie', 'strip', '--output', output.path];
  const rest = ['--audit', 'off', '--smoke-test', 'off', '--verbose', '--json', ...more];
  const ended = await runCli(['build', ...args, ...rest]);
  const [release] = releasesOf(ended);
  if (!release) throw new Error('nothing was built');
  return { sha256: release.sha256, log: ended.stderr };
}

async function digestOf(project: string, where: Where, ...more: readonly string[]): Promise<string> {
  return (await build(project, where, ...more)).sha256;
}

/** What a build of the same sources gives elsewhere, that knows nothing of earlier ones. */
async function cleanDigest(project: string, where: Where): Promise<string> {
  await using elsewhere = await temporary();
  const copy = path.join(elsewhere.path, 'another place');
  await cp(project, copy, { recursive: true, verbatimSymlinks: true });
  return await digestOf(copy, where, '--cache', 'false');
}

/** A change after which compiled code of earlier builds must not reach the release, but what is expected to stay does. */
export interface Trap {
  readonly name: string;
  readonly spring: (project: string, where: Where) => Promise<void>;
  /** Dependencies that are compiled again, in any order; all others are not. Undefined where it does not matter. */
  readonly compiled?: readonly string[];
  /** Whether the release is another one than before. */
  readonly changes?: boolean;
  /** Whether nothing is compiled. */
  readonly quiet?: boolean;
}

const TRAPS: readonly Trap[] = [
  {
    name: 'a file with another content of the same size and time',
    spring: (at) => swap(path.join(at, 'lib/nif.ex'), ':lower', ':upper'),
    compiled: [],
    changes: true,
  },
  {
    name: 'a configuration that is read at compile time',
    spring: (at) => swap(path.join(at, 'config/config.exs'), 'answer: 1', 'answer: 2'),
    changes: true,
  },
  {
    name: 'the source of a NIF',
    spring: (at) => swap(path.join(at, 'c_src/nif.c'), '"x86_64"', '"x86-64"'),
    compiled: [],
  },
  {
    name: 'a dependency that moves in the lock',
    spring: async (at) => {
      await swap(path.join(at, 'stone/lib/stone.ex'), 'size, do: 1', 'size, do: 2');
      await commit(path.join(at, 'stone'));
      await useStone(at);
    },
    compiled: ['stone'],
    changes: true,
  },
  {
    name: 'a build that failed',
    spring: async (at, { image }) => {
      const file = path.join(at, 'lib/nif/answer.ex');
      const good = await readFile(file, 'utf8');
      await writeFile(file, `${good}\ndefmodule Broken do\n  def x, do: y\nend\n`);
      await swap(path.join(at, 'lib/nif.ex'), ':upper', ':lower');
      const { status } = await runCli(['build', at, '--target', TARGET, '--image', image, '--cookie', 'strip']);
      expect(status).toBe(5);
      await writeFile(file, good);
    },
    compiled: [],
    changes: true,
  },
];

/**
 * Springs each trap in turn in one checkout, and sees that a build which takes up the state of the earlier ones gives what
 * a clean one gives.
 */
export async function springTraps(image: string): Promise<void> {
  await using project = await checkout();
  await springEach(project.path, { image }, TRAPS, ['stone']);
}

/**
 * The same for other traps.
 *
 * @param dependencies - those that `compiled` of a trap is about
 */
export async function springEach(
  project: string,
  where: Where,
  traps: readonly Trap[],
  dependencies: readonly string[],
): Promise<void> {
  let before = await digestOf(project, where);
  for (const { name, spring, compiled, changes, quiet = false } of traps) {
    await spring(project, where);
    const kept = await build(project, where);
    expect([name, kept.sha256]).toEqual([name, await cleanDigest(project, where)]);
    if (compiled) expect([name, compiledIn(kept.log, dependencies)]).toEqual([name, compiled]);
    if (quiet) expect([name, kept.log]).not.toEqual([name, expect.stringMatching(/Compiling \d+ file/)]);
    if (changes !== undefined) expect([name, kept.sha256 !== before]).toEqual([name, changes]);
    before = kept.sha256;
  }
}

/** Which of some dependencies Mix says that it compiles. */
function compiledIn(log: string, dependencies: readonly string[]): readonly string[] {
  // What commands print has a mark before it in the log.
  const printed = log.replaceAll(/^\s*\| ?/gm, '');
  return dependencies.filter((name) => new RegExp(`==> ${name}\\s+Compiling `).test(printed));
}

/** Builds one checkout for one target and the other, and again, and sees that each time it is as from a clean build. */
export async function switchTargets(one: Where, other: Where): Promise<void> {
  await using project = await checkout();
  const clean = [await cleanDigest(project.path, one), await cleanDigest(project.path, other)];
  for (let turn = 0; turn < 2; turn += 1) {
    expect([await digestOf(project.path, one), await digestOf(project.path, other)]).toEqual(clean);
  }
}
