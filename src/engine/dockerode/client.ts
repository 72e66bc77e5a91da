import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Duplex, Readable } from 'node:stream';
import Docker from 'dockerode';

/** A client of an engine, and the connections that it holds. */
export interface Client {
  readonly docker: Docker;
  /** API version that it speaks, `major.minor`. */
  readonly api: string;
  /** What a GET of a path gives, with a query that dockerode's own call leaves out. */
  get(path: string, query: Readonly<Record<string, string>>): Promise<unknown>;
  /** As `get`, where the answer is a long one. */
  stream(path: string, query: Readonly<Record<string, string>>): Promise<NodeJS.ReadableStream>;
  /** Breaks every connection at once: what still waits for an answer fails. */
  close(): void;
}

/** @param api - API version to speak; undefined for the engine's own */
export function openClient(options: Docker.DockerOptions, api?: string): Client {
  const open = new Set<Duplex>();
  // As Node's own agent, whose connections nobody could end.
  const kept = { keepAlive: true, scheduling: 'lifo', timeout: 5000 } as const;
  const agent = options.protocol === 'https' ? new TlsAgent(kept) : new PlainAgent(kept);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, onConnected) => {
    const socket = connect(target, onConnected);
    if (socket) open.add(socket.once('close', () => open.delete(socket)));
    return socket;
  };
  // The types know no agent.
  const ours = { agent, ...(api !== undefined && { version: `v${api}` }) };
  const docker = new Docker({ ...options, ...ours });
  readAnswersWhole(docker);
  const close = (): void => {
    for (const socket of open) socket.destroy();
  };
  const ask = (path: string, query: Readonly<Record<string, string>>, isStream: boolean): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request = { path: `${path}?`, method: 'GET', options: query, isStream, statusCodes: { 200: true } };
    (docker.modem as Modem).dial(request, (error, answer) => {
      if (error === null || error === undefined) resolve(answer);
      else reject(error);
    });
    return promise;
  };
  return {
    ...{ docker, api: api ?? '', close },
    get: (path, query) => ask(path, query, false),
    stream: async (path, query) => (await ask(path, query, true)) as NodeJS.ReadableStream,
  };
}

type Callback = (error: unknown, answer: unknown) => void;

interface Modem {
  dial(options: { readonly isStream?: boolean; readonly path?: string }, callback: Callback): void;
}

/** The modem waits for ever for an answer that breaks off in its middle: such answers are read here. */
function readAnswersWhole(docker: Docker): void {
  const modem = docker.modem as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback) => {
    if (options.isStream === true) {
      dial(options, callback);
      return;
    }
    dial({ ...options, isStream: true }, (error, answer) => {
      if (error !== null && error !== undefined) callback(error, null);
      else {
        valueOf(answer as Readable).then(
          (value) => callback(null, value),
          (failure: unknown) => callback(failure, null),
        );
      }
    });
  };
}

async function valueOf(answer: Readable): Promise<unknown> {
  const body = await buffer(answer);
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    // Some answers are empty or plain text, and nobody looks at those.
    return body;
  }
}
