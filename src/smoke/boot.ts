import { setTimeout as sleep } from 'node:timers/promises';
import { ask, requireLoaded, type Answer } from './health-check.js';
import { keepLast } from '../engine/lines.js';
import { OUTPUT_KEPT, runCommand, SmokeFailure, type Outcome, type Setting } from './command.js';
import { readCrashes, type CrashReader } from './crashes.js';
import type { Program } from './program.js';
import type { LoadedApplication, SmokeCheck, SmokeOmission } from './report.js';

/** A release that can be started. */
export interface Bootable extends Setting {
  readonly program: Program;
  /** Seconds that it is watched for where it cannot be asked. */
  readonly watched: number;
}

/** What was seen of a release that was started. */
export interface Booted {
  readonly checks: readonly SmokeCheck[];
  readonly nativeApplications: readonly LoadedApplication[];
  readonly omissions: readonly SmokeOmission[];
  readonly networkCrashes: readonly string[];
}

/** Milliseconds between two questions. */
const PAUSE = 200;

/** A release that was started and may have ended. */
interface Node {
  readonly ended: Promise<Outcome>;
  /** Undefined while it runs. */
  outcome: Outcome | undefined;
  /** Number of its process in the container. */
  pid: string;
  /** The last lines that it has printed. */
  readonly log: readonly string[];
  /** Has read every line, those that are not kept, too. */
  readonly crashes: CrashReader;
}

/** Starts a release, asks it, stops it and reads its log. @throws SmokeFailure */
export async function boot(release: Bootable): Promise<Booted> {
  const node = start(release);
  const answer = await firstAnswer(release, node);
  const distributed = answer !== undefined;
  if (answer) requireLoaded(answer, node.log);
  else await watch(release, node);
  await (distributed ? stop(release, node) : terminate(release, node));
  const { status } = await node.ended;
  if (status !== 0) throw failed('stop', `start ended with exit status ${String(status)} when it was stopped`, node);
  const { own, network } = node.crashes.end();
  const [crash] = own;
  if (crash) throw new SmokeFailure('log', 'its log tells of a crash, although the node answered', crash);
  return {
    checks: ['start', ...(distributed ? (['rpc', 'load'] as const) : (['alive'] as const)), 'stop', 'log'],
    nativeApplications: answer?.applications ?? [],
    omissions: distributed ? [] : [{ check: 'rpc', why: withoutRpc(release.watched) }],
    networkCrashes: network.map(([first = '']) => first.trim()),
  };
}

function withoutRpc(seconds: number): string {
  return `the release runs without distribution, so that rpc and stop do not reach it: it was watched for ${String(seconds)} s and then ended by SIGTERM`;
}

// So that the process can be sent a signal: the shell's number stays that of what it becomes.
const SAY_PID = 'printf "%s fact pid %s\\n" "$1" "$(printf %s "$$" | base64)"; shift; exec "$@"';

function start(release: Bootable): Node {
  const crashes = readCrashes();
  const { say, last: log } = keepLast(OUTPUT_KEPT, (line) => {
    crashes.read(line);
    release.onLine(line);
  });
  const ended = runCommand(
    { ...release, onLine: say },
    {
      check: 'start',
      title: 'start',
      argv: (mark) => ['sh', '-c', SAY_PID, 'sh', mark, ...release.program.argv('start')],
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

/** @returns undefined where the node has no distribution, so that it cannot be asked */
async function firstAnswer(release: Bootable, node: Node): Promise<Answer | undefined> {
  // What it prints until the node is there says nothing.
  const quietly = { ...release, onLine: () => undefined };
  while (release.program.answers) {
    await sleep(PAUSE);
    const asking = listening(quietly).then(() => ask(quietly, 'rpc', release.program));
    // Where the node ends first, nobody waits for this answer any more.
    asking.catch(() => undefined);
    let answer: Answer | undefined;
    try {
      answer = await Promise.race([asking, node.ended.then(() => undefined)]);
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
    if (answer?.answered === true) return answer;
    if (answer?.outcome.output.some((line) => line.includes('if the node is not alive'))) break;
  }
  return undefined;
}

// A virtual machine that asks in vain costs a third of a second, and ten when it is emulated. So the first port that is
// listened on (state 0A) is waited for, epmd's (1111) apart: a node opens its own before its applications start.
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

/** Waits until something in the container listens, and three seconds at the most: a node may hide it. */
async function listening(setting: Setting): Promise<void> {
  await runCommand(setting, { check: 'rpc', title: 'rpc', argv: () => ['sh', '-c', LISTENING] });
}

async function watch({ watched }: Bootable, node: Node): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([sleep(watched * 1000, undefined, { signal: over.signal }), node.ended]);
  } finally {
    // Of a node that has ended nobody watches the rest of the time.
    over.abort();
  }
  if (!node.outcome) return;
  const { status } = node.outcome;
  throw failed('alive', `start ended with exit status ${String(status)} within ${String(watched)} s`, node);
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
