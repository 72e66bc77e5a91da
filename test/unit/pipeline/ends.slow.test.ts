import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// What does not end is killed, and that is a failure.
jest.setTimeout(20_000);

const OPEN = 'setInterval(() => undefined, 1000);';

/** How a process ended. */
interface Ended {
  readonly status: number | null;
  /** Since its last line, in milliseconds. */
  readonly after: number;
}

interface Running {
  readonly child: ChildProcess;
  /** Waits until it prints a line. */
  readonly printed: (line: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process of Node that runs a script, in which a module of src/pipeline is `it`. */
function start(module: string, script: string): Running {
  const file = fileURLToPath(new URL(`../../../src/pipeline/${module}.ts`, import.meta.url));
  const whole = `import * as it from ${JSON.stringify(file)};\n${script}`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', whole], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines: string[] = [];
  const waiting: { readonly line: string; readonly resolve: () => void }[] = [];
  let last = performance.now();
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = performance.now();
    lines.push(line);
    for (const each of waiting) if (each.line === line) each.resolve();
  });
  return {
    child,
    printed: (line) =>
      lines.includes(line) ? Promise.resolve() : new Promise((resolve) => waiting.push({ line, resolve })),
    ended: new Promise((resolve) => {
      child.on('exit', (status) => resolve({ status, after: performance.now() - last }));
    }),
  };
}

describe('a process that is to end', () => {
  it('ends at once where nothing is open', async () => {
    const { status, after } = await start('end-process', 'console.log("done"); it.endProcess(7);').ended;
    expect(status).toBe(7);
    expect(after).toBeLessThan(1500);
  });

  it('ends after two seconds where something is open', async () => {
    const { status, after } = await start('end-process', `${OPEN} console.log("done"); it.endProcess(7);`).ended;
    expect(status).toBe(7);
    expect(after).toBeGreaterThan(1500);
    expect(after).toBeLessThan(6000);
  });
});

describe('a process that is cancelled', () => {
  const script = `${OPEN} it.cancelOnSignals().addEventListener('abort', () => console.log('cancelled')); console.log('ready');`;

  it.each(['SIGINT', 'SIGTERM'] as const)('goes on after %s, and ends at once with 130 after another', async (name) => {
    const { child, printed, ended } = start('cancel', script);
    await printed('ready');
    child.kill(name);
    await printed('cancelled');
    expect(child.exitCode).toBeNull();
    child.kill(name);
    const { status, after } = await ended;
    expect(status).toBe(130);
    expect(after).toBeLessThan(1500);
  });

  it('is not kept running by the time that it leaves to cleaning up', async () => {
    const whole =
      "const open = setInterval(() => undefined, 1000); it.cancelOnSignals().addEventListener('abort', () => { clearInterval(open); console.log('cancelled'); }); console.log('ready');";
    const { child, printed, ended } = start('cancel', whole);
    await printed('ready');
    child.kill('SIGINT');
    const { status, after } = await ended;
    expect(status).toBe(0);
    expect(after).toBeLessThan(3000);
  });
});
