import { connectEngine } from '../engine/connect.js';
import { endProcess } from '../pipeline/end-process.js';
import { cleanStep } from './clean-step.js';

async function post(): Promise<void> {
  await cleanStep(connectEngine);
  endProcess(0);
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void post();
