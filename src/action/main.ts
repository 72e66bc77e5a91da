import { randomUUID } from 'node:crypto';
import { connectEngine } from '../engine/connect.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { endProcess } from '../pipeline/end-process.js';
import { buildStep } from './build-step.js';
import { workflowCache } from './cache.js';

async function main(): Promise<void> {
  const signal = cancelOnSignals();
  const { env } = process;
  endProcess(await buildStep({ env, signal, id: randomUUID(), connect: connectEngine, store: workflowCache() }));
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void main();
