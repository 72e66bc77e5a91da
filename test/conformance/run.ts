import { availableParallelism } from 'node:os';
import type { Workshop } from './rig/build.js';
import { limiter } from './rig/limiter.js';
import { openRig, type Rig } from './rig/scene.js';
import { BuildFailed, Seen, oneLine } from './rig/seen.js';
import type { Entry } from './model.js';

/** Why an entry failed. */
export interface Failure {
  /** A check saw something else, a build that it needs failed, or the check itself is at fault. */
  readonly kind: 'seen' | 'build' | 'fault';
  /** One line. */
  readonly text: string;
}

/** What became of one entry. */
export interface Result {
  readonly entry: Entry;
  /** Undefined where the feature is as it should be. */
  readonly failure: Failure | undefined;
  readonly seconds: number;
}

/** Seconds after which an entry has failed, whatever it waits for. */
const LONGEST = 240;

/**
 * Runs entries, several at a time, and tells each result in the order of the entries, as soon as all before it are known.
 */
export async function runEntries(
  entries: readonly Entry[],
  workshop: Workshop,
  tell: (result: Result) => void,
): Promise<readonly Result[]> {
  await using rig = openRig(workshop, neededBy(entries));
  const inTurn = limiter(availableParallelism() + 1);
  // The fixtures that most releases are built of come first: nothing else keeps the machine busy for as long.
  const fixtures = [...neededBy(entries)].sort(([, a], [, b]) => b.length - a.length).map(([name]) => name);
  const prepared = new Map(fixtures.map((name) => [name, settled(inTurn(() => rig.prepare(name)))]));
  const results = entries.map(async (entry) => {
    const failure = await prepared.get(entry.fixture);
    return failure === undefined
      ? inTurn(() => attempt(entry, rig))
      : { entry, failure: failureOf(failure), seconds: 0 };
  });
  const told = [];
  for (const result of results) {
    const known = await result;
    tell(known);
    told.push(known);
  }
  return told;
}

/** The releases that entries need, by fixture; a fixture of which none is needed has an empty list. */
function neededBy(entries: readonly Entry[]): ReadonlyMap<string, readonly string[]> {
  const needed = new Map<string, Set<string>>();
  for (const { fixture, needs = [] } of entries) {
    const names = needed.get(fixture) ?? new Set();
    needs.forEach((name) => names.add(name));
    needed.set(fixture, names);
  }
  return new Map([...needed].map(([fixture, names]) => [fixture, [...names]]));
}

async function attempt(entry: Entry, rig: Rig): Promise<Result> {
  const started = performance.now();
  let failure: Failure | undefined;
  const timer = Promise.withResolvers<never>();
  const late = setTimeout(() => timer.reject(new Seen(`no end after ${String(LONGEST)} s`)), LONGEST * 1000);
  try {
    await Promise.race([entry.check(rig.scene(entry.fixture)), timer.promise]);
  } catch (error) {
    failure = failureOf(error);
  } finally {
    clearTimeout(late);
  }
  return { entry, failure, seconds: (performance.now() - started) / 1000 };
}

function failureOf(error: unknown): Failure {
  if (error instanceof BuildFailed) return { kind: 'build', text: error.message };
  if (error instanceof Seen) return { kind: 'seen', text: error.message };
  return { kind: 'fault', text: oneLine(error instanceof Error ? (error.stack ?? error.message) : String(error)) };
}

/** Undefined when a promise is kept, otherwise why not. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error ?? new Error('rejected with nothing');
  }
}
