import { homedir } from 'node:os';
import type { DockerOptions } from 'dockerode';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { engineAddress, type Address } from './address.js';
import { negotiate, type Spoken } from './api-version.js';
import { commandEnvironment } from './buildx/command.js';
import { openClient } from './dockerode/client.js';
import { dockerContainers } from './dockerode/containers.js';
import { dockerImages } from './dockerode/images.js';
import { dockerNetworks } from './dockerode/networks.js';
import { dockerVolumes } from './dockerode/volumes.js';
import type { Engine, EngineFacts } from './engine.js';
import { openTunnel } from './ssh.js';

/**
 * Connects to the engine that the `docker` command would use: by `DOCKER_HOST`, a context, or the local socket.
 *
 * @throws MixReleaseError `engine-unreachable`, `engine-permission` or `engine-too-old`
 */
export async function connectEngine(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): Promise<Engine> {
  const { address, text } = await engineAddress(env, home);
  await using scope = new AsyncDisposableStack();
  const tunnel = address.kind === 'ssh' ? scope.use(await openTunnel(address, env)) : undefined;
  const way = tunnel ? socketAt(tunnel.socket) : optionsFor(address);
  try {
    const first = scope.adopt(openClient(way), (opened) => opened.close());
    const spoken = (await first.docker.version()) as Spoken & Answered;
    const client = scope.adopt(openClient(way, negotiate(spoken)), (opened) => opened.close());
    const requested = Date.now();
    const info = (await client.docker.info()) as Informed;
    const connections = scope.move();
    return {
      architecture: spoken.Arch,
      version: spoken.Version,
      facts: factsOf(spoken, info, { text, local: address.kind === 'socket' }),
      clockSkew: Date.parse(info.SystemTime) - requested,
      // Podman answers as Docker does, and has no BuildKit.
      images: dockerImages(client, isDocker(spoken) ? commandEnvironment(env, address) : undefined),
      containers: dockerContainers(client),
      volumes: dockerVolumes(client),
      networks: dockerNetworks(client),
      [Symbol.asyncDispose]: () => connections.disposeAsync(),
    };
  } catch (error) {
    const lastError = tunnel?.lastError() ?? '';
    throw unreachable(error, text, lastError === '' ? messageOf(error) : lastError);
  }
}

/** What else an engine says of its version. */
interface Answered {
  readonly Version: string;
  readonly Arch: string;
  readonly Components?: readonly { readonly Name?: string }[] | null;
}

/** What an engine says of the machine that it runs on. */
interface Informed {
  readonly SystemTime: string;
  readonly OperatingSystem?: string;
  readonly Driver?: string;
  readonly DriverStatus?: readonly (readonly string[])[] | null;
  readonly DockerRootDir?: string;
}

function factsOf(
  spoken: Answered,
  info: Informed,
  at: { readonly text: string; readonly local: boolean },
): EngineFacts {
  const isContainerd = (info.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.snapshotter.'));
  const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  return {
    product: isDocker(spoken) ? 'Docker' : (spoken.Components?.[0]?.Name?.replace(/ Engine$/, '') ?? 'engine'),
    address: at.text,
    local: at.local,
    system: given(info.OperatingSystem),
    store: isContainerd ? `containerd ${info.Driver ?? ''}`.trimEnd() : given(info.Driver),
    root: given(info.DockerRootDir),
  };
}

/** Docker calls itself `Engine` among its components, and Podman `Podman Engine`. */
function isDocker({ Components }: Answered): boolean {
  return (Components ?? []).some(({ Name }) => Name === 'Engine');
}

/** Everything that the client would otherwise take from the environment by rules of its own. */
function optionsFor(address: Address): DockerOptions {
  if (address.kind !== 'tcp') return socketAt(address.kind === 'socket' ? address.path : '');
  const { host, port, tls } = address;
  return { host, port, protocol: tls ? 'https' : 'http', ca: tls?.ca, cert: tls?.cert, key: tls?.key };
}

function socketAt(path: string): DockerOptions {
  return { host: undefined, port: undefined, protocol: 'http', socketPath: path };
}

function unreachable(error: unknown, address: string, reason: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  if (systemErrorCode(error) === 'EACCES') {
    return new MixReleaseError('engine-permission', {
      what: `no permission to use the container engine at ${address}`,
      next: 'Add this user to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine and set DOCKER_HOST.',
      cause: error,
    });
  }
  return new MixReleaseError('engine-unreachable', {
    what: `no container engine answers at ${address} (${reason})`,
    next: 'Start Docker (`sudo systemctl start docker`, or Docker Desktop), or set DOCKER_HOST to an engine that runs.',
    cause: error,
  });
}
