import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packFiles } from '../archive/files.js';
import { runHealthCheck, requireLoaded, type Answer } from './health-check.js';
import { keepLast } from '../engine/lines.js';
import { MAX_OUTPUT, prepareInTime, runCommand, SmokeFailure, type Outcome, type CommandContext } from './command.js';
import { readCrashes, type CrashReader } from './crashes.js';
import type { Program } from './program.js';
import type { LoadedApplication, SmokeCheck, SmokeOmission } from './report.js';
import { NAMES } from './sandbox.js';

/** A release that can be started. */
export interface Bootable extends CommandContext {
  readonly program: Program;
  /** Seconds that it must run where the node has no distribution. */
  readonly watchSeconds: number;
}

/** The results of a started release. */
export interface Booted {
  readonly checks: readonly SmokeCheck[];
  readonly nativeApplications: readonly LoadedApplication[];
  readonly omissions: readonly SmokeOmission[];
  readonly networkCrashes: readonly string[];
  /** What its log calls errors, although it runs. */
  readonly loggedErrors: readonly string[];
}

/** Milliseconds between two health checks. */
const PAUSE = 200;

/** A started release, which may have ended. */
interface Node {
  readonly ended: Promise<Outcome>;
  /** Undefined while it runs. */
  outcome: Outcome | undefined;
  /** Its process ID in the container. */
  pid: string;
  /** Its last lines of output so far. */
  readonly log: readonly string[];
  /** Has read every line, also those that are not kept. */
  readonly crashes: CrashReader;
}

/** Starts a release, checks its health, stops it and reads its log. @throws SmokeFailure */
export async function boot(release: Bootable): Promise<Booted> {
  const node = start(release);
  const answer = await firstAnswer(release, node);
  const distributed = answer !== undefined;
  if (answer) requireLoaded(answer, node.log);
  else await watch(release, node);
  await (distributed ? stop({ ...release, env: answer.env }, node) : terminate(release, node));
  const { status } = await node.ended;
  if (status !== 0) throw failed('stop', `start ended with exit status ${String(status)} when it was stopped`, node);
  const { other, network, errors } = node.crashes.end();
  const [crash] = other;
  if (crash) throw new SmokeFailure('log', 'its log reports a crash, although the node answered', crash);
  return {
    checks: ['start', ...(distributed ? (['rpc', 'load'] as const) : (['alive'] as const)), 'stop', 'log'],
    nativeApplications: answer?.applications ?? [],
    omissions: distributed ? [] : [{ check: 'rpc', why: withoutRpc(release.watchSeconds) }],
    networkCrashes: network.map(([first = '']) => first.trim()),
    loggedErrors: errors,
  };
}

/**
 * A node that is distributed by IPv6 and called after 127.0.0.1, which platforms with addresses of their own lead to, is not
 * found by that name: it is no IPv6 address. So the commands that ask a node, and they alone, take it for the loopback.
 */
const LOOPBACK_NAMES = '{lookup, [file, native]}.\n{host, {0,0,0,0,0,0,0,1}, ["127.0.0.1"]}.\n';

async function withNames(release: Bootable): Promise<Readonly<Record<string, string>>> {
  const { container, env } = release;
  const [directory, name] = [path.posix.dirname(NAMES), path.posix.basename(NAMES)];
  await prepareInTime(release, () => container.put(packFiles([{ path: name, text: LOOPBACK_NAMES }]), directory));
  return { ERL_INETRC: NAMES, ...env };
}

function withoutRpc(seconds: number): string {
  return `the release runs without distribution, so rpc and stop cannot reach it: it ran for ${String(seconds)} s and was then stopped with SIGTERM`;
}

// For signals: the process that replaces the shell keeps its process ID.
const REPORT_PID = 'printf "%s fact pid %s\\n" "$1" "$(printf %s "$$" | base64)"; shift; exec "$@"';

function start(release: Bootable): Node {
  const crashes = readCrashes();
  const { say, last: log } = keepLast(MAX_OUTPUT, (line) => {
    crashes.read(line);
    release.onLine(line);
  });
  const ended = runCommand(
    { ...release, onLine: say },
    {
      check: 'start',
      title: 'start',
      argv: (mark) => ['sh', '-c', REPORT_PID, 'sh', mark, ...release.program.argv('start')],
      onFact: (_, value) => {
        node.pid = value;
      },
    },
  );
  const node: Node = { ended, outcome: undefined, pid: '', log, crashes };
  ended.then(
    (outcome) => {
      node.outcome = outcome;
    },
    () => undefined,
  );
  return node;
}

/** What a node answered, and the environment of the command that reached it. */
type Reached = Answer & Pick<CommandContext, 'env'>;

/** @returns undefined where the node has no distribution */
async function firstAnswer(release: Bootable, node: Node): Promise<Reached | undefined> {
  // Output of failed attempts, before the node is up, is noise.
  let quiet = { ...release, onLine: () => undefined };
  while (release.program.hasNodeCommands) {
    await sleep(PAUSE);
    const asking = quiet;
    const pending = listening(asking).then(() => runHealthCheck(asking, 'rpc', release.program));
    // Where the node ends first, this rejection must not count as unhandled.
    pending.catch(() => undefined);
    let answer: Answer | undefined;
    try {
      answer = await Promise.race([pending, node.ended.then(() => undefined)]);
    } catch (error) {
      if (!(error instanceof SmokeFailure)) throw error;
      const printed = [...node.log, ...error.output];
      throw new SmokeFailure('rpc', `the node did not answer within ${String(release.timeout)} s`, printed, true);
    }
    if (node.outcome) {
      throw failed(
        'start',
        `start ended with exit status ${String(node.outcome.status)} before the node answered`,
        node,
      );
    }
    if (answer?.answered === true) return { ...answer, env: asking.env };
    if (answer?.outcome.output.some((line) => line.includes('if the node is not alive'))) break;
    if (quiet.env === release.env) quiet = { ...asking, env: await withNames(release) };
  }
  return undefined;
}

// A failed rpc costs a third of a second, and ten under emulation. So the first listening port
// (state 0A) other than epmd's (1111) is awaited: a node opens its port before its applications start.
const LISTENING = `
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  for file in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$file" ] || continue
    while read -r number local remote state rest; do
      case $state:$local in 0A:*:1111) ;; 0A:*) exit 0 ;; esac
    done <"$file"
  done
  sleep 0.1
done`;

/** Waits until a process in the container listens, but at most three seconds: a node may not listen at all. */
async function listening(context: CommandContext): Promise<void> {
  await runCommand(context, { check: 'rpc', title: 'rpc', argv: () => ['sh', '-c', LISTENING] });
}

async function watch({ watchSeconds }: Bootable, node: Node): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([sleep(watchSeconds * 1000, undefined, { signal: over.signal }), node.ended]);
  } finally {
    // A node that has exited is not watched any longer.
    over.abort();
  }
  if (!node.outcome) return;
  const { status } = node.outcome;
  throw failed('alive', `start ended with exit status ${String(status)} within ${String(watchSeconds)} s`, node);
}

async function stop(release: Bootable, node: Node): Promise<void> {
  const { program } = release;
  try {
    const argv = (): readonly string[] => program.argv('stop');
    const { status, output } = await runCommand(release, { check: 'stop', title: 'stop', argv });
    if (status !== 0) throw new SmokeFailure('stop', `stop ended with exit status ${String(status)}`, output);
  } catch (error) {
    if (!(error instanceof SmokeFailure)) throw error;
    // Why a node does not stop, only the node says.
    throw new SmokeFailure('stop', error.message, [...node.log, ...error.output], error.timedOut);
  }
}

async function terminate(release: Bootable, { pid }: Node): Promise<void> {
  const argv = (): readonly string[] => ['sh', '-c', 'kill -TERM "$1"', 'sh', pid];
  await runCommand(release, { check: 'stop', title: 'kill', argv });
}

function failed(check: SmokeCheck, message: string, node: Node): SmokeFailure {
  return new SmokeFailure(check, message, [...node.log]);
}
