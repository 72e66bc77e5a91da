// What the benchmarks measure with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs a command; gives its wall time and the peak memory of its process, and fails with its output when it ends with another status than
 * expected. */
export async function measure(command, args, { statuses = [0], ...options } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  let peak = 0;
  // The kernel keeps the high-water mark, so that a look now and then loses only the last moment.
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  const [status] = await once(child, 'close');
  clearInterval(watch);
  if (!statuses.includes(status)) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return { seconds: (performance.now() - started) / 1000, peak, output };
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A directory that goes at the end. */
export async function temporary(use) {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
