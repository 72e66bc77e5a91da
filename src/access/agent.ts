import { connect, type Socket } from 'node:net';
import type { RunningContainer } from '../engine/container.js';
import { TASKS } from '../builder/tasks-path.js';
import { MixReleaseError } from '../errors.js';
import { frame, readFrames } from './frames.js';

/** An SSH agent of this machine, and where it is to be reached in a container. */
export interface AgentForwarding {
  readonly container: RunningContainer;
  /** Path of the agent's socket here. */
  readonly socket: string;
  /** Path of the socket in the container; its directory has to be there. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/**
 * Makes an agent of this machine reachable at a socket in a container, until the end of the scope. Connections go
 * through a command in the container that talks to us by its own input and output, so that a remote engine works, and
 * nothing of this machine is mounted. Keys never leave the agent.
 *
 * @throws MixReleaseError `ssh-agent-failed`
 */
export async function forwardAgent({
  container,
  socket,
  path,
  env,
  onLine,
}: AgentForwarding): Promise<AsyncDisposable> {
  const argv = ['elixir', '--erl', '-noinput', '-pa', TASKS, '-e', 'MixReleaseBuilder.Agent.run()'];
  const command = { title: 'the relay of the SSH agent', argv, env: { ...env, MIX_RELEASE_AGENT_SOCKET: path } };
  const talk = await container.talk(command, onLine);
  const agents = new Map<number, Socket>();
  const ready = Promise.withResolvers<undefined>();
  ready.promise.catch(() => undefined);

  // What the agent still says when the relay is gone is for nobody.
  const answer = (connection: number, data: Buffer): void => {
    if (talk.input.writable) talk.input.write(frame(connection, data));
  };
  const open = (connection: number): Socket => {
    const agent = connect(socket);
    agents.set(connection, agent);
    agent.on('data', (data) => answer(connection, data));
    agent.on('error', (error) => onLine(`the SSH agent at ${socket} does not answer: ${error.message}`));
    agent.on('close', () => {
      if (agents.delete(connection)) answer(connection, Buffer.alloc(0));
    });
    return agent;
  };
  const listen = async (): Promise<void> => {
    for await (const { connection, data } of readFrames(talk.output)) {
      if (connection === 0) ready.resolve(undefined);
      else if (data.length > 0) (agents.get(connection) ?? open(connection)).write(data);
      else agents.get(connection)?.end();
    }
  };
  const listening = listen().finally(() => ready.reject(new Error('the relay in the container ended')));
  listening.catch(() => undefined);

  const close = async (): Promise<void> => {
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
    await talk[Symbol.asyncDispose]();
  };
  try {
    await ready.promise;
  } catch (error) {
    await close();
    throw new MixReleaseError('ssh-agent-failed', {
      what: 'the SSH agent could not be forwarded into the container',
      next: 'See the output above. Without ssh-agent, use git-credentials for private repositories over HTTPS.',
      cause: error,
    });
  }
  return { [Symbol.asyncDispose]: close };
}
