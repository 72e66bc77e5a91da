import type { Networks } from '../engine.js';
import { answeredStatus, conflictOr, engineError } from '../failure.js';
import type { Client } from './client.js';
import { hasLabels, labelFilter } from './labels.js';

export function dockerNetworks({ docker }: Client): Networks {
  return {
    create: async ({ name, labels }) => {
      try {
        // Without it an engine makes a second one of the same name.
        const { id } = await docker.createNetwork({ Name: name, Labels: { ...labels }, CheckDuplicate: true });
        return id;
      } catch (error) {
        throw conflictOr(error, `to make network ${name}`);
      }
    },
    list: async ({ labels }) => {
      try {
        const found = await docker.listNetworks({ filters: labelFilter(labels) });
        return found
          .map(({ Id, Name, Labels }) => ({
            id: Id,
            name: Name,
            labels: (Labels as Record<string, string> | null) ?? {},
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
