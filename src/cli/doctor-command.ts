import { execFile } from 'node:child_process';
import { readFile, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectEngine } from '../engine/connect.js';
import type { Engine } from '../engine/engine.js';
import { fetchBy } from '../registry/network.js';
import packageJson from '../../package.json' with { type: 'json' };
import type { Patient } from './doctor/check.js';
import { examine, reportLines } from './doctor/report.js';
import type { Invocation } from './program.js';

/** Milliseconds that each look may take. */
const LIMIT = 10_000;
const BINFMT = '/proc/sys/fs/binfmt_misc';
const execFileAsync = promisify(execFile);

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

async function space(directory: string): Promise<{ readonly free: number; readonly size: number }> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { free: bavail * bsize, size: blocks * bsize };
}

async function run(program: string, args: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await execFileAsync(program, args, { signal, encoding: 'utf8' });
  return stdout.split(/\r?\n/);
}

/** The entries of this kernel's list of emulators. It has a file `register` where it is mounted. */
async function emulators(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(BINFMT);
  if (!names.includes('register')) throw new Error(`${BINFMT} is not mounted`);
  const entries = names.filter((name) => name !== 'register' && name !== 'status');
  const texts = await Promise.all(entries.map(async (name) => [name, await readFile(path.join(BINFMT, name), 'utf8')]));
  return Object.fromEntries(texts) as Record<string, string>;
}
