import Docker from 'dockerode';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { negotiate, type Spoken } from './api-version.js';

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
 * Connects to the engine that `DOCKER_HOST` names, or the local socket.
 *
 * @throws MixReleaseError `no-engine`, `engine-permission` or `engine-too-old`
 */
export async function connectEngine(): Promise<Engine> {
  const probe = new Docker();
  try {
    const spoken = (await probe.version()) as Spoken & { Version: string; Arch: string };
    const docker = new Docker({ version: `v${negotiate(spoken)}` });
    const asked = Date.now();
    const info = (await docker.info()) as { SystemTime: string };
    return {
      docker,
      architecture: spoken.Arch,
      version: spoken.Version,
      clockSkew: Date.parse(info.SystemTime) - asked,
    };
  } catch (error) {
    throw unreachable(error, addressOf(probe));
  }
}

/** The address that the client settled on, from `DOCKER_HOST` or its own defaults. */
function addressOf({ modem }: Docker): string {
  const { socketPath, host, port } = modem as { socketPath?: string; host?: string; port?: string | number };
  return socketPath === undefined ? `tcp://${host ?? ''}:${String(port ?? '')}` : `unix://${socketPath}`;
}

function unreachable(error: unknown, address: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  if (systemErrorCode(error) === 'EACCES') {
    return new MixReleaseError('engine-permission', {
      what: `no permission to use the container engine at ${address}`,
      next: 'Add this user to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine and set DOCKER_HOST.',
      cause: error,
    });
  }
  return new MixReleaseError('no-engine', {
    what: `no container engine answers at ${address} (${messageOf(error)})`,
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
