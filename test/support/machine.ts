import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How a command ended, and all that it printed. */
export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** A container of a clean image, in which commands run as root: a machine that somebody installs something on. */
export interface Machine extends AsyncDisposable {
  readonly run: (...argv: readonly string[]) => Promise<Outcome>;
  /** Copies what a directory of this machine holds into one of that machine, which is made. */
  readonly take: (directory: string, place: string) => Promise<void>;
}

/** @param network - of the container: `none`, or `host` for what listens on loopback here */
export async function machineOf(image: string, network: 'none' | 'host' = 'none'): Promise<Machine> {
  const flags = [
    '--init',
    '--network',
    network,
    '--env',
    'HOME=/tmp',
    ...(network === 'none' ? ['--hostname', 'clean'] : []),
  ];
  const { stdout } = await run('docker', ['run', '--detach', ...flags, image, 'sleep', '600']);
  const id = stdout.trim();
  return {
    run: (...argv) => ended('docker', ['exec', id, ...argv]),
    take: async (directory, place) => {
      await run('docker', ['exec', id, 'mkdir', '-p', place]);
      await run('docker', ['cp', `${directory}/.`, `${id}:${place}`]);
    },
    [Symbol.asyncDispose]: async () => {
      await run('docker', ['rm', '--force', '--volumes', id]);
    },
  };
}

/** Runs a program of this machine to its end. */
export async function ended(
  program: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string | undefined>; readonly cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { maxBuffer: 2 ** 26, ...options }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(new Error(`${program} did not run`, { cause: error }));
      else resolve({ status: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}
