import { connectEngine } from '../engine/connect.js';
import type { Engine } from '../engine/engine.js';
import { readConfigFile } from '../options/file/config-file.js';
import { fetchBy } from '../registry/network.js';
import packageJson from '../../package.json' with { type: 'json' };
import type { Patient } from './doctor/check.js';
import { emulators, run, space } from './doctor/machine.js';
import { examine, reportLines } from './doctor/report.js';
import type { Invocation } from './program.js';

/** Milliseconds that each look may take. */
const LIMIT = 10_000;

/** Prints what works here and what does not, and sets the exit status where no build can work. */
export async function doctorCommand(
  { json }: Extract<Invocation, { command: 'doctor' }>,
  changes: Partial<Patient> = {},
): Promise<void> {
  let engine: Engine | undefined;
  const connect = changes.connect ?? (() => connectEngine());
  const patient: Patient = {
    ...{ env: process.env, version: packageJson.version, node: process.versions.node, limit: LIMIT },
    fetch: () => fetchBy({ env: process.env, authorities: [] }),
    space,
    run,
    emulators,
    options: () => readConfigFile('.', { checkout: '.', cwd: process.cwd() }),
    ...changes,
    connect: async () => (engine = await connect()),
  };
  try {
    const { checks, exitStatus } = await examine(patient);
    const lines = json ? [JSON.stringify({ version: patient.version, checks })] : reportLines(checks);
    process.stdout.write(`${lines.join('\n')}\n`);
    if (exitStatus !== 0) process.exitCode = exitStatus;
  } finally {
    await engine?.[Symbol.asyncDispose]();
  }
}
