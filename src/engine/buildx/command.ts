import { spawn, type ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import { systemErrorCode } from '../../errors.js';
import type { Address } from '../address.js';
import { splitLines } from '../lines.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a command may take that only tells what there is, in milliseconds. */
const PATIENCE = 20_000;
/** How long a command that is to end has for that, in milliseconds. */
const GRACE = 1500;

/**
 * The environment in which the `docker` command reaches the engine of an address, and no other: it finds a context or
 * `DOCKER_HOST` by the rules by which the address was found.
 */
export function commandEnvironment(env: Environment, address: Address): Environment {
  const inputs = Object.keys(env).filter((name) => name.startsWith('INPUT_'));
  return {
    ...env,
    // The inputs of a workflow's step hold secrets.
    ...Object.fromEntries(inputs.map((name) => [name, undefined])),
    ...(address.kind === 'socket' && { DOCKER_HOST: `unix://${address.path}`, DOCKER_CONTEXT: undefined }),
    // An attestation would make an index of every image.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    // It would become part of the images.
    SOURCE_DATE_EPOCH: undefined,
    DOCKER_CLI_HINTS: 'false',
    NO_COLOR: '1',
  };
}

/**
 * Whether the `docker` command is there and has buildx. `DOCKER_BUILDKIT=0` is the way to say that it is not to be used,
 * here as for `docker build`.
 */
export async function hasBuildx(env: Environment): Promise<boolean> {
  if (env.DOCKER_BUILDKIT === '0') return false;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    return (await runDocker(['buildx', 'version'], { env, signal, onLine: () => undefined })) === 0;
  } catch {
    // There is no such command, or it hangs: then it is none to build with.
    return false;
  }
}

/** What a command runs with. */
export interface CommandOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Gets each line of both of its outputs. */
  readonly onLine: (line: string) => void;
  /** Its input; nothing unless given. */
  readonly input?: Readable;
}

/**
 * Runs the `docker` command to its end. It ends in any case: once the signal is given, or its input breaks, it has a
 * moment for that.
 *
 * @returns its exit status; 1 where a signal ended it
 * @throws the signal's reason, the input's own error, or the system's where there is no such command
 */
export async function runDocker(args: readonly string[], options: CommandOptions): Promise<number> {
  const { env, signal, onLine, input = Readable.from([]) } = options;
  signal.throwIfAborted();
  // A group of its own: the command runs buildx as a process of its own, which has to end, too.
  const child = spawn('docker', args, { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const ended = Promise.withResolvers<number>();
  const outputs = [child.stdout, child.stderr].map((output) => output.pipe(splitLines(onLine)));
  let last: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    last ??= setTimeout(() => {
      killGroup(child, 'SIGKILL');
      // Whoever has taken the outputs over cannot keep them open for ever.
      for (const output of [child.stdout, child.stderr]) output.destroy();
    }, GRACE);
  };
  signal.addEventListener('abort', stop);
  // A command that wants no more of its input says by its end why.
  child.stdin.on('error', () => input.destroy());
  input.on('error', stop).pipe(child.stdin);
  child.once('error', ended.reject).once('close', (status) => ended.resolve(status ?? 1));
  try {
    const status = await ended.promise;
    signal.throwIfAborted();
    if (input.errored) throw input.errored;
    return status;
  } finally {
    clearTimeout(last);
    signal.removeEventListener('abort', stop);
    for (const output of outputs) output.destroy();
  }
}

/** Also where the command itself has ended: what it started may not have. */
function killGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    // All of it ended by itself in this moment.
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}
