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

// Users cannot act on deprecation warnings from dependencies.
process.noDeprecation = true;
void main();
