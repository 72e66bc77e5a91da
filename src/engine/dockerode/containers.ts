import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf, type MixReleaseError } from '../../errors.js';
import type { ContainerSettings, ContainerSpec, RunningContainer, StillContainer, StillSpec } from '../container.js';
import type { Containers } from '../engine.js';
import { EngineError, answeredStatus, conflictOr, engineError, reasonOf, statusOf } from '../failure.js';
import type { Client } from './client.js';
import { attachTo } from './attached.js';
import { dateOf } from './dates.js';
import { hasLabels, labelFilter } from './labels.js';
import { networkingOf, refusesIpv6 } from './networking.js';
import { runningContainer, stillContainer } from './running.js';
import { startService } from './services.js';

export function dockerContainers({ docker }: Client): Containers {
  return {
    start: (spec) => start(docker, spec),
    create: (spec) => createStill(docker, spec),
    startService: (spec) => startService(docker, spec, removeContainer),
    attach: (id, command, terminal) => attachTo(docker.getContainer(id), command, terminal),
    list: async ({ labels }) => {
      try {
        const found = await docker.listContainers({ all: true, filters: labelFilter(labels) });
        return found
          .map(({ Id, Names, Labels, State, Created }) => ({
            id: Id,
            name: Names[0]?.replace(/^\//, '') ?? Id,
            labels: (Labels as Record<string, string> | null) ?? {},
            running: State === 'running',
            created: dateOf(Created),
          }))
          .filter((container) => hasLabels(container.labels, labels));
      } catch (error) {
        throw engineError(error, 'to list containers');
      }
    },
    remove: (id) => removeContainer(docker.getContainer(id)),
  };
}

async function start(docker: Docker, spec: ContainerSpec): Promise<RunningContainer> {
  if (spec.sealed !== true) return startOnce(docker, spec, false);
  try {
    return await startOnce(docker, spec, true);
  } catch (error) {
    if (!refusesIpv6(error)) throw error;
    return startOnce(docker, spec, false);
  }
}

async function startOnce(docker: Docker, spec: ContainerSpec, ipv6: boolean): Promise<RunningContainer> {
  const container = await create(docker, spec, ipv6);
  let lifeline: Duplex | undefined;
  try {
    lifeline = await attach(container);
    await container.start();
    return runningContainer(container, lifeline, () => removeContainer(container));
  } catch (error) {
    // The engine does not end the connection of what never ran, and it would keep this program running.
    lifeline?.destroy();
    const failure = engineError(error, `to start a container from ${spec.image}`);
    try {
      await removeContainer(container);
    } catch (left) {
      throw withLeftover(failure, container.id, left);
    }
    throw failure;
  }
}

async function createStill(docker: Docker, { image, platform, labels }: StillSpec): Promise<StillContainer> {
  try {
    const container = await docker.createContainer({
      ...{ platform, Image: image, Entrypoint: [], Cmd: ['cat'], Labels: labels },
      HostConfig: { LogConfig: { Type: 'none', Config: {} } },
    });
    return stillContainer(container, () => removeContainer(container));
  } catch (error) {
    throw conflictOr(error, `to create a container from ${image}`);
  }
}

async function attach(container: Docker.Container): Promise<Duplex> {
  const lifeline = (await container.attach({ stream: true, stdin: true, hijack: true })) as Duplex;
  lifeline.on('error', () => lifeline.destroy());
  return lifeline.resume();
}

/** The same failure, with what the person who reads it has to remove. */
function withLeftover(failure: MixReleaseError, id: string, left: unknown): MixReleaseError {
  const next = `${failure.next} Its container ${id.slice(0, 12)} is left (${messageOf(left)}): mix-release clean removes it.`;
  const { message, cause } = failure;
  const facts = { status: statusOf(failure), cause };
  const code = failure.code === 'engine-connection-lost' ? failure.code : 'engine-error';
  return new EngineError(code, { what: message, next, reason: reasonOf(failure) }, facts);
}

async function create(docker: Docker, spec: ContainerSpec, ipv6: boolean): Promise<Docker.Container> {
  const { image, name, platform, user, labels, volume, options = {} } = spec;
  const { HostConfig: networking, ...host } = networkingOf(spec, ipv6);
  const mounts = [...volumeMounts(spec), ...bindMounts(options)];
  try {
    // Before the container, because Podman gives a volume that it makes for one no labels.
    if (volume?.name !== undefined) await docker.createVolume({ Name: volume.name, Labels: volume.labels });
    return await docker.createContainer({
      ...(name !== undefined && { name }),
      ...host,
      platform,
      Image: image,
      Entrypoint: [],
      Cmd: ['cat'],
      User: user,
      Labels: labels,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      HostConfig: {
        Init: true,
        AutoRemove: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none', Config: {} },
        ...networking,
        ...settings(options),
        // The engine takes a volume's options in part; the types ask for all of them.
        ...(mounts.length > 0 && { Mounts: mounts as unknown as Docker.MountSettings[] }),
      },
    });
  } catch (error) {
    throw conflictOr(error, `to create a container from ${image}`);
  }
}

function settings({ memory, cpus, network, hosts = [] }: ContainerSettings): Docker.HostConfig {
  return {
    ...(memory !== undefined && { Memory: memory }),
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
    ...(network !== undefined && { NetworkMode: network }),
    ...(hosts.length > 0 && { ExtraHosts: [...hosts] }),
  };
}

function volumeMounts({ volume }: ContainerSpec): readonly object[] {
  if (!volume) return [];
  const source = volume.name !== undefined && { Source: volume.name };
  return [{ Type: 'volume', ...source, Target: volume.path, VolumeOptions: { Labels: volume.labels } }];
}

// As mounts, not as binds: the engine makes a directory for a bind whose path does not exist.
function bindMounts({ mounts = [] }: ContainerSettings): readonly object[] {
  return mounts.map(({ source, target, writable }) => ({
    ...{ Type: 'bind', Source: source, Target: target, ReadOnly: !writable },
  }));
}

/** Removes a container by force, with the volumes that have no name; one that is gone, or about to be, is fine. */
async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await removeSoon(container);
  } catch (error) {
    if (answeredStatus(error) === 404) return;
    if (answeredStatus(error) !== 409) throw engineError(error, 'to remove a container');
    await container.wait({ condition: 'removed' }).catch((waited: unknown) => {
      if (answeredStatus(waited) !== 404) throw engineError(waited, 'to remove a container');
    });
  }
}

/** Podman cannot kill what ends by itself at that very moment; a little later it knows that it ended. */
async function removeSoon(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      if (attempt === 10 || !messageOf(error).includes('state improper')) throw error;
      await sleep(200);
    }
  }
}
