// What the benchmarks measure with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs a command; gives its wall time in seconds, the peak memory of its process in MB and what it printed, and fails
 * with that when it ends with another status than expected. */
export async function measure(command, args, { statuses = [0], ...options } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    stdout += chunk;
  });
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
  return { seconds: (performance.now() - started) / 1000, peak, output, stdout };
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The median of each of the numbers that several objects have under the same names. */
function medians(objects) {
  const names = Object.keys(objects[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(objects.map((each) => each[name] ?? 0))]));
}

/**
 * Measures several things in turn, `runs` times each; which is first changes from run to run.
 *
 * @param sides - by name, each a function of the run's number (from 1) that gives `{ seconds, stages? }`
 * @returns by name, the medians of `seconds` and of each stage
 */
export async function inTurn(runs, sides) {
  const names = Object.keys(sides);
  const seen = Object.fromEntries(names.map((name) => [name, []]));
  for (let run = 1; run <= runs; run += 1) {
    for (const name of run % 2 === 1 ? names : names.toReversed()) seen[name].push(await sides[name](run));
  }
  const summed = names.map((name) => [
    name,
    {
      seconds: median(seen[name].map(({ seconds }) => seconds)),
      stages: medians(seen[name].map(({ stages }) => stages ?? {})),
    },
  ]);
  return Object.fromEntries(summed);
}

/** Fails with a text unless something holds: a figure of what went wrong is worth nothing. */
export function check(holds, text) {
  if (!holds) throw new Error(text);
}

/** A directory that goes at the end. */
export async function temporary(use) {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
