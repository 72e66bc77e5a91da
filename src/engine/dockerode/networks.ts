import type { Networks } from '../engine.js';
import { answeredStatus, conflictOr, engineError } from '../failure.js';
import type { Client } from './client.js';
import { dateOf } from './dates.js';
import { hasLabels, labelFilter } from './labels.js';

export function dockerNetworks({ docker }: Client): Networks {
  return {
    create: async ({ name, labels, internal = false }) => {
      try {
        // Without CheckDuplicate an engine makes a second one of the same name.
        const options = {
          Name: name,
          Labels: { ...labels },
          CheckDuplicate: true,
          ...(internal && { Internal: true }),
        };
        const { id } = await docker.createNetwork(options);
        return id;
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
