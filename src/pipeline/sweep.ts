import type { Engine } from '../engine/engine.js';
import { sweepServices, sweepVolumes } from '../engine/sweep.js';
import { messageOf } from '../errors.js';
import { sweepWorkbenches } from '../package/output.js';

/** Milliseconds: a run's volume is unused between its main and its post step, and no job takes longer than a day. */
const DAY = 24 * 60 * 60 * 1000;

/** Where it is said. */
interface SweepLog {
  note(text: string): void;
  warn(text: string): void;
}

/**
 * Removes what earlier runs could not remove, because they were killed or their engine was away when they ended: their
 * directories in the output, their volumes, and services of smoke tests. Says what it removed, and what it could not; never rejects.
 */
export async function sweepLeftovers(engine: Engine, output: string, log: SweepLog): Promise<void> {
  const aDayAgo = new Date(Date.now() - DAY);
  const sweeps = [
    () => sweepWorkbenches(output, aDayAgo),
    () => sweepServices(engine, aDayAgo),
    () => sweepVolumes(engine, aDayAgo),
  ];
  for (const sweep of sweeps) {
    try {
      const { removed, left } = await sweep();
      for (const name of removed) log.note(`removed ${name}, a leftover of an earlier run`);
      for (const what of left) log.warn(`an earlier run left something that cannot be removed: ${what}`);
    } catch (error) {
      log.warn(`leftovers of earlier runs were not searched: ${messageOf(error)}`);
    }
  }
}
