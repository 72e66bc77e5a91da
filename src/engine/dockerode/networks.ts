import type Docker from 'dockerode';
import type { Networks, NewNetwork } from '../engine.js';
import { answeredStatus, conflictOr, engineError } from '../failure.js';
import type { Client } from './client.js';
import { dateOf } from './dates.js';
import { hasLabels, labelFilter } from './labels.js';

export function dockerNetworks({ docker }: Client): Networks {
  return {
    create: async (network) => {
      const { name, internal = false } = network;
      try {
        return await create(docker, network, internal ? WITHOUT_HOST : {});
      } catch (error) {
        // Podman knows no such option, and has no use for it.
        const isRefused = internal && (answeredStatus(error) ?? 409) !== 409;
        if (!isRefused) throw conflictOr(error, `to make network ${name}`);
      }
      try {
        return await create(docker, network, {});
      } catch (error) {
        throw conflictOr(error, `to make network ${name}`);
      }
    },
    list: async ({ labels }) => {
      try {
        const found = await docker.listNetworks({ filters: labelFilter(labels) });
        return found
          .map(({ Id, Name, Labels, Created }) => ({
            id: Id,
            name: Name,
            labels: (Labels as Record<string, string> | null) ?? {},
            created: dateOf(Created),
          }))
          .filter((network) => hasLabels(network.labels, labels));
      } catch (error) {
        throw engineError(error, 'to list networks');
      }
    },
    remove: async (network) => {
      try {
        await docker.getNetwork(network).remove();
      } catch (error) {
        if (answeredStatus(error) !== 404) throw engineError(error, `to remove network ${network}`);
      }
    },
  };
}

/** The host has no address in the network either: nothing that listens there is reached from it. */
const WITHOUT_HOST = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };

async function create(
  docker: Docker,
  { name, labels, internal = false }: NewNetwork,
  options: Readonly<Record<string, string>>,
): Promise<string> {
  const { id } = await docker.createNetwork({
    Name: name,
    Labels: { ...labels },
    // Without it an engine makes a second one of the same name.
    CheckDuplicate: true,
    ...(internal && { Internal: true, Options: { ...options } }),
  });
  return id;
}
