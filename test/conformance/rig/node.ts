import { until, type Host, type Spawned } from './host.js';
import { oneLine, Seen } from './seen.js';

/** A release that was started. */
export interface Node extends AsyncDisposable {
  /** Runs an expression in the node by `rpc` and returns what it printed, without the last line end. */
  rpc(expression: string): Promise<string>;
  /** What the node printed so far. */
  log(): Promise<string>;
  /** Sends a signal, such as `TERM`, to the process that the release became. */
  signal(name: string): Promise<void>;
  /** Waits until the process has ended, and returns its exit status. */
  ended(seconds?: number): Promise<number>;
  running(): Promise<boolean>;
  /** Stops it by the release's own command, waits for its end and returns its exit status. */
  stop(): Promise<number>;
}

/** What a node is started with. */
export interface NodeSpec {
  readonly host: Host;
  /** Name of the node, without a host. */
  readonly name: string;
  /** Path of the script below `bin`. */
  readonly bin: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Unique in the host: the start of the names of files. */
  readonly label: string;
}

/** Starts a node and does not wait for it. */
export async function startNode(spec: NodeSpec): Promise<Node> {
  const { host, bin, env, label, command } = spec;
  const files = `/tmp/${label}`;
  const script = 'echo $$ >"$1.pid"; log=$1.log; shift; exec "$@" >"$log" 2>&1';
  const process = await host.spawn(['sh', '-c', script, 'sh', files, bin, ...command], { env });
  return nodeOf(process, spec, files);
}

function nodeOf(process: Spawned, { host, bin, env }: NodeSpec, files: string): Node {
  const log = async (): Promise<string> => (await host.run(['cat', `${files}.log`])).stdout;
  const signal = async (name: string): Promise<void> => {
    await host.run(['sh', '-c', 'kill -"$1" "$(cat "$2")"', 'sh', name, `${files}.pid`]);
  };
  const ended = async (seconds = 30): Promise<number> => {
    let status: number | undefined;
    await until(async () => (status = await process.status()) !== undefined, 'end of the node', seconds);
    return status ?? -1;
  };
  return {
    log,
    signal,
    ended,
    running: async () => (await process.status()) === undefined,
    async rpc(expression) {
      const { status, stdout, output } = await host.run([bin, 'rpc', expression], { env });
      if (status !== 0) throw new Seen(`rpc ended with ${String(status)}: ${oneLine(output)} ${oneLine(await log())}`);
      return stdout.replace(/\n$/, '');
    },
    async stop() {
      const { status, output } = await host.run([bin, 'stop'], { env });
      if (status !== 0) throw new Seen(`stop ended with ${String(status)}: ${oneLine(output)}`);
      return ended();
    },
    [Symbol.asyncDispose]: async () => {
      if ((await process.status()) !== undefined) return;
      await signal('KILL');
      await ended();
    },
  };
}

/**
 * Waits until a node answers.
 *
 * @throws Seen with what it printed when it ends first, or does not answer in time
 */
export async function answering(node: Node, { host, name, bin }: NodeSpec): Promise<Node> {
  let last = '';
  // Asking costs a virtual machine of its own; the port mapper of the release knows names at once.
  const known = ['sh', '-c', '"${0%/bin/*}"/erts-*/bin/epmd -names | grep -q "^name $1 at"', bin, name];
  await until(
    async () => (await host.run(known)).status === 0 || !(await node.running()),
    `node named ${name}`,
    40,
  ).catch(() => undefined);
  const answers = async (): Promise<boolean> => {
    if (!(await node.running())) throw new Seen(`the node ended: ${oneLine(await node.log())}`);
    try {
      return /^here$/m.test(await node.rpc('IO.puts(:here)'));
    } catch (error) {
      last = String(error);
      return false;
    }
  };
  await until(answers, 'answer of the node', 40).catch((error: unknown) => {
    throw error instanceof Seen ? new Seen(`${error.message}: ${last}`) : error;
  });
  return node;
}
