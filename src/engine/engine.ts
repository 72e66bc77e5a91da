import { homedir } from 'node:os';
import Docker from 'dockerode';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { engineAddress, type Address } from './address.js';
import { negotiate, type Spoken } from './api-version.js';
import { openTunnel } from './ssh.js';

/** A container engine that answered. */
export interface Engine {
  readonly docker: Docker;
  /** `arch` in the engine's words: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly version: string;
  /** The engine's clock minus ours, in milliseconds; a remote engine's may differ. */
  readonly clockSkew: number;
}

/**
 * Connects to the engine that the `docker` command would use: by `DOCKER_HOST`, a context, or the local socket.
 *
 * @throws MixReleaseError `no-engine`, `engine-permission` or `engine-too-old`
 */
export async function connectEngine(): Promise<Engine> {
  const { address, text } = await engineAddress(process.env, homedir());
  const tunnel = address.kind === 'ssh' ? await openTunnel(address) : undefined;
  const way = tunnel ? socketAt(tunnel.socket) : optionsFor(address);
  try {
    const spoken = (await new Docker(way).version()) as Spoken & { Version: string; Arch: string };
    const docker = new Docker({ ...way, version: `v${negotiate(spoken)}` });
    const requested = Date.now();
    const info = (await docker.info()) as { SystemTime: string };
    return {
      docker,
      architecture: spoken.Arch,
      version: spoken.Version,
      clockSkew: Date.parse(info.SystemTime) - requested,
    };
  } catch (error) {
    const said = tunnel?.said() ?? '';
    throw unreachable(error, text, said === '' ? messageOf(error) : said);
  }
}

/** Everything that the client would otherwise take from the environment by rules of its own. */
function optionsFor(address: Address): Docker.DockerOptions {
  if (address.kind !== 'tcp') return socketAt(address.kind === 'socket' ? address.path : '');
  const { host, port, tls } = address;
  return { host, port, protocol: tls ? 'https' : 'http', ca: tls?.ca, cert: tls?.cert, key: tls?.key };
}

function socketAt(path: string): Docker.DockerOptions {
  return { host: undefined, port: undefined, protocol: 'http', socketPath: path };
}

function unreachable(error: unknown, address: string, said: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  if (systemErrorCode(error) === 'EACCES') {
    return new MixReleaseError('engine-permission', {
      what: `no permission to use the container engine at ${address}`,
      next: 'Add this user to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine and set DOCKER_HOST.',
      cause: error,
    });
  }
  return new MixReleaseError('no-engine', {
    what: `no container engine answers at ${address} (${said})`,
    next: 'Start Docker (`sudo systemctl start docker`, or Docker Desktop), or set DOCKER_HOST to an engine that runs.',
    cause: error,
  });
}

const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What an error of the engine's API or its connection means, in our words. */
export function engineError(error: unknown, doing: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  const code = systemErrorCode(error);
  if ((code !== undefined && LOST.has(code)) || messageOf(error) === 'socket hang up') {
    return new MixReleaseError('engine-lost', {
      what: `the container engine stopped answering while it was asked ${doing} (${messageOf(error)})`,
      next: 'Look at the log of the engine (`journalctl -u docker`), start it again and repeat the build.',
      cause: error,
    });
  }
  return new MixReleaseError('engine-error', {
    what: `the container engine refused when it was asked ${doing}: ${messageOf(error)}`,
    next: 'Read the message of the engine above; `docker info` shows its state.',
    cause: error,
  });
}

/** The HTTP status of an engine's answer, or undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
