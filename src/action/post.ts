import { connectEngine } from '../engine/connect.js';
import { endProcess } from '../pipeline/end-process.js';
import { cleanStep } from './clean-step.js';

async function post(): Promise<void> {
  await cleanStep(connectEngine);
  endProcess(0);
}

// Users cannot act on deprecation warnings from dependencies.
process.noDeprecation = true;
void post();
