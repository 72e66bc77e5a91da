import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BuiltRelease } from '../../src/pipeline/result.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const CLI = path.join(ROOT, 'dist/cli.mjs');
export const TARGET = 'x86_64-unknown-linux-gnu';
export const TRIXIE = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';
export const BOOKWORM = 'hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20231009-slim';
export const BULLSEYE = 'hexpm/elixir:1.10.3-erlang-23.2.6-debian-bullseye-20210902-slim';
/** What is built in when nobody asks for anything. */
export const DEFAULT = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-bookworm-20250929-slim';
export const ARM64 = 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';
export const ALPINE = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1';
export const ALPINE_ARM64 = 'hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-alpine-3.22.1';

/** How a program ended: exit status (or 128 + signal is never made up: `signal` says it), and what it printed. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started program. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the program has printed a text, on either stream; fails when it ends without. */
  readonly printed: (text: string | RegExp) => Promise<void>;
}

/** Starts a program of Node's, with the environment given and nothing else of this process but PATH and HOME. */
export function startNode(
  args: readonly string[],
  options: SpawnOptions & { readonly node?: string; readonly env?: Record<string, string> } = {},
): Started {
  const { node = process.execPath, env = {}, ...rest } = options;
  const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
  const child = spawn(node, args, {
    ...rest,
    env: { PATH, HOME, ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([status, signal]) => ({
    status: status as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  const has = (text: string | RegExp): boolean =>
    typeof text === 'string' ? (stdout + stderr).includes(text) : text.test(stdout + stderr);
  const printed = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (has(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      void ended.then((end) => reject(new Error(`ended before it printed ${String(text)}: ${JSON.stringify(end)}`)));
      look();
    });
  return { child, ended, printed };
}

/** Starts `mix-release` as a user does. */
export function startCli(args: readonly string[], options: Parameters<typeof startNode>[1] = {}): Started {
  return startNode([CLI, ...args], options);
}

/** Runs `mix-release` to its end. */
export function runCli(args: readonly string[], options: Parameters<typeof startNode>[1] = {}): Promise<Ended> {
  return startCli(args, options).ended;
}

/**
 * Runs `mix-release build … --json` for TARGET unless another is named; see `releasesOf`. Without a smoke test unless
 * one is asked for: these tests run the release themselves.
 */
export async function buildReleases(
  args: readonly string[],
  options: Parameters<typeof startNode>[1] = {},
): Promise<readonly BuiltRelease[]> {
  const target = args.includes('--target') ? [] : ['--target', TARGET];
  const smoke = args.includes('--smoke-test') ? [] : ['--smoke-test', 'off'];
  return releasesOf(await runCli(['build', ...args, ...target, ...smoke, '--json'], options));
}

/** The releases that a build with `--json` told of; fails with what it printed unless it succeeded. */
export function releasesOf({ status, stdout, stderr }: Ended): readonly BuiltRelease[] {
  if (status !== 0) throw new Error(`mix-release ended with ${String(status)}:\n${stderr}`);
  return (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
}

/** The same for a project with one release. */
export async function buildRelease(
  args: readonly string[],
  options: Parameters<typeof startNode>[1] = {},
): Promise<BuiltRelease> {
  const [release, ...more] = await buildReleases(args, options);
  if (!release || more.length > 0)
    throw new Error(`expected one release, got ${String(more.length + (release ? 1 : 0))}`);
  return release;
}
