import type { BuiltRelease } from '../../../src/pipeline/result.js';
import type { Host, Ran } from './host.js';
import { lock } from './lock.js';
import { answering, startNode, type Node, type NodeSpec } from './node.js';
import { oneLine, Seen } from './seen.js';

type Env = Readonly<Record<string, string>>;

/** A release that was unpacked from its tarball in a host. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly host: Host;
  /** Directory in the host. */
  readonly root: string;
  /** Path of `bin/NAME` in the host. */
  readonly bin: string;
  readonly built: BuiltRelease;
  /** What the build printed, with everything that Mix did. */
  readonly log: string;
  /** Runs `bin/NAME` with arguments. */
  run(args: readonly string[], env?: Env): Promise<Ran>;
  /** Runs an expression by `eval` and returns what it printed, without the last line end. */
  eval(expression: string, env?: Env): Promise<string>;
  /** Runs a script of `sh` in the release's directory and returns its standard output without the last line end. */
  sh(script: string, ...args: readonly string[]): Promise<string>;
  /** Starts it and waits until it answers. */
  start(env?: Env, args?: readonly string[]): Promise<Node>;
  /** Starts it and waits for nothing. Waits before while another entry has a node of the same name there. */
  launch(env?: Env, args?: readonly string[]): Promise<Node>;
  /** Works while no other entry has a node of this release's name. `start` and `launch` see to that themselves. */
  alone(work: () => Promise<void>, env?: Env): Promise<void>;
}

let launched = 0;

/** A release that lies in a host at `root`. `tmp` is given as RELEASE_TMP, because nobody may write in the root. */
export function installedAt(host: Host, root: string, built: BuiltRelease, log: string): Installed {
  const bin = `${root}/bin/${built.name}`;
  const tmp = { RELEASE_TMP: `/tmp/run${root.replaceAll(' ', '-')}` };
  const withTmp = (env: Env = {}): Env => ({ ...tmp, ...env });
  const nameOf = (env: Env = {}): string => env.RELEASE_NODE ?? env.RELEASE_NAME ?? built.name;
  const specOf = (env: Env | undefined, args: readonly string[]): NodeSpec => {
    launched += 1;
    const [name = ''] = nameOf(env).split('@');
    return { host, bin, command: ['start', ...args], env: withTmp(env), label: `${name}-${String(launched)}`, name };
  };
  const launchAs = async (spec: NodeSpec, env: Env | undefined): Promise<Node> => {
    const held = await lock(host, nameOf(env));
    const node = await startNode(spec);
    return {
      ...node,
      [Symbol.asyncDispose]: async () => {
        await node[Symbol.asyncDispose]();
        held[Symbol.dispose]();
      },
    };
  };
  const run = (args: readonly string[], env?: Env): Promise<Ran> => host.run([bin, ...args], { env: withTmp(env) });
  return {
    name: built.name,
    version: built.version,
    host,
    root,
    bin,
    built,
    log,
    run,
    async eval(expression, env) {
      const { status, stdout, output } = await run(['eval', expression], env);
      if (status !== 0) throw new Seen(`eval ended with ${String(status)}: ${oneLine(output)}`);
      return stdout.replace(/\n$/, '');
    },
    async sh(script, ...args) {
      const { status, stdout, output } = await host.run(['sh', '-c', `cd "$0" && ${script}`, root, ...args]);
      if (status !== 0) throw new Seen(`${script} ended with ${String(status)}: ${oneLine(output)}`);
      return stdout.replace(/\n$/, '');
    },
    async start(env, args = []) {
      const spec = specOf(env, args);
      const node = await launchAs(spec, env);
      try {
        return await answering(node, spec);
      } catch (error) {
        await node[Symbol.asyncDispose]();
        throw error;
      }
    },
    launch: (env, args = []) => launchAs(specOf(env, args), env),
    async alone(work, env) {
      const held = await lock(host, nameOf(env));
      try {
        await work();
      } finally {
        held[Symbol.dispose]();
      }
    },
  };
}
