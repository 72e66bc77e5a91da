import { availableParallelism } from 'node:os';
import { ENTRIES } from './entries/index.js';
import type { Entry } from './model.js';
import { MUTATIONS } from './mutations/index.js';
import type { Mutation } from './mutations/mutation.js';
import type { Platform } from './platforms.js';
import { limiter } from './rig/limiter.js';
import { runEntries, type Failure } from './run.js';
import { openWorkshop, type Network } from './workshop.js';

/**
 * Breaks one feature after the other and runs the entry that stands for it: an entry that passes although its feature is
 * broken proves nothing. A build that fails does not count as noticed.
 *
 * @param entries - those that were chosen; mutations of others are left out
 * @returns how many mutations were noticed, and how many were not
 */
export async function selfTest(
  platform: Platform,
  network: Network,
  entries: readonly Entry[],
  print: (line: string) => void,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const inTurn = limiter(availableParallelism() + 1);
  const chosen = new Set(entries.map(({ id }) => id));
  const attempts = MUTATIONS.filter(({ entry }) => chosen.has(entry)).map(
    (mutation) => [mutation, inTurn(() => failureWith(mutation, platform, network))] as const,
  );
  const counts = { passed: 0, failed: 0 };
  for (const [{ entry, broken }, attempt] of attempts) {
    const failure = await attempt;
    if (failure?.kind === 'seen') {
      counts.passed += 1;
      print(`ok ${entry} ${broken}: ${failure.text}`);
    } else {
      counts.failed += 1;
      print(`FAIL ${entry} ${broken}: ${failure === undefined ? 'the entry passes' : failure.text}`);
    }
  }
  return counts;
}

/** How an entry fails when its feature is broken. */
async function failureWith(mutation: Mutation, platform: Platform, network: Network): Promise<Failure | undefined> {
  const entry = ENTRIES.find(({ id }) => id === mutation.entry);
  if (!entry) throw new Error(`a mutation is for ${mutation.entry}, which is no entry`);
  await using workshop = await openWorkshop(platform, network, mutation);
  const [result] = await runEntries([entry], workshop, () => undefined);
  return result?.failure;
}
