import type { VolumeInfo, Volumes } from '../engine.js';
import { answeredStatus, engineError } from '../failure.js';
import type { Client } from './client.js';
import { dateOf } from './dates.js';
import { hasLabels, labelFilter } from './labels.js';

/** Null in the answers of some engines, whatever the types say. */
interface Inspected {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly CreatedAt?: string;
}

export function dockerVolumes({ docker }: Client): Volumes {
  return {
    create: async ({ name, labels }) => {
      try {
        await docker.createVolume({ Name: name, Labels: { ...labels } });
      } catch (error) {
        throw engineError(error, `to make volume ${name}`);
      }
    },
    inspect: async (name) => {
      try {
        return infoOf(await docker.getVolume(name).inspect());
      } catch (error) {
        if (answeredStatus(error) === 404) return undefined;
        throw engineError(error, `to look for volume ${name}`);
      }
    },
    list: async ({ labels, unused = false }) => {
      // One kind of filter at a time: of several, Podman gives what fits any.
      const filters = unused ? { dangling: ['true'] } : labelFilter(labels);
      try {
        const { Volumes: found } = await docker.listVolumes({ filters });
        return ((found as readonly Inspected[] | null) ?? [])
          .map(infoOf)
          .filter((volume) => hasLabels(volume.labels, labels));
      } catch (error) {
        throw engineError(error, 'to list volumes');
      }
    },
    remove: async (name) => {
      try {
        await docker.getVolume(name).remove();
      } catch (error) {
        if (answeredStatus(error) !== 404) throw engineError(error, `to remove volume ${name}`);
      }
    },
  };
}

function infoOf({ Name, Labels, CreatedAt }: Inspected): VolumeInfo {
  return { name: Name, labels: Labels ?? {}, created: dateOf(CreatedAt) };
}
