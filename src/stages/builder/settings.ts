import { reasonOf } from '../../engine/failure.js';
import { MixReleaseError } from '../../errors.js';
import type { BuildRequest } from '../../options/request.js';
import type { ContainerOptions } from '../../options/sections/container.js';

/** What the log says of the build container's settings; empty where it has none. */
export function settingsNotes({ container, cache }: Pick<BuildRequest, 'container' | 'cache'>): readonly string[] {
  const { memory, cpus, network, hosts, mounts } = container;
  const limits = [
    ...(memory === undefined ? [] : [`${String(Math.round(memory / 2 ** 20))} MiB of memory`]),
    ...(cpus === undefined ? [] : [`${String(cpus)} processors`]),
    ...(network === undefined ? [] : [`the network ${network}`]),
    ...(hosts.length === 0 ? [] : [`the hosts ${hosts.join(', ')}`]),
  ];
  const mounted = mounts.map(({ source, target, writable }) =>
    writable
      ? `${source} of the engine's machine is mounted at ${target}, and the build may WRITE to it`
      : `${source} of the engine's machine is mounted at ${target}, read-only`,
  );
  const uncached = cache === 'false' ? [] : ['with a mount, nothing that was compiled earlier is used'];
  return [
    ...(limits.length === 0 ? [] : [`the build container has ${limits.join(', ')}`]),
    ...mounted,
    ...(mounts.length === 0 ? [] : uncached),
  ];
}

/** A container that the engine refused for its settings is a matter of the option, not of the engine. */
export function settingsRefused(error: unknown, options: ContainerOptions): unknown {
  const { memory, cpus, network, hosts, mounts } = options;
  const given = [memory, cpus, network].some((each) => each !== undefined) || hosts.length > 0 || mounts.length > 0;
  if (!given || !(error instanceof MixReleaseError) || error.code !== 'engine-error') return error;
  return new MixReleaseError('bad-option', {
    what: `container-options: the engine refuses a container with them: ${reasonOf(error)}`,
    next: 'Networks and paths to mount must exist on the machine of the engine, and limits must be within what it has.',
    cause: error,
  });
}
