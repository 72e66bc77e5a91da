import type { Theme } from '../model.js';
import type { Scene } from '../rig/scene.js';
import { equal } from '../rig/seen.js';

const BACKWARDS = [
  'stopped third: :shutdown',
  'stopped second: :shutdown',
  'stopped first: :shutdown',
  'stopped service',
  'stopped groundwork',
];

/** Starts the service, ends it in some way, and compares what it noted on its way down. */
async function stopsBackwards({ release }: Scene, way: 'TERM' | 'stop'): Promise<void> {
  const service = await release('service');
  const trace = `/tmp/trace-${way}`;
  await using node = await service.start({ TRACE: trace });
  if (way === 'TERM') await node.signal('TERM');
  const status = way === 'stop' ? await node.stop() : await node.ended();
  equal(status, 0, 'exit status of the node');
  equal((await service.sh(`grep stopped ${trace}`)).split('\n'), BACKWARDS, 'order');
}

/** How a system goes down. */
export const SHUTDOWN: Theme = {
  title: 'Shutdown',
  entries: [
    {
      id: 'sigterm',
      feature: 'SIGTERM',
      says: 'On SIGTERM, applications and their supervision trees stop in the reverse order of their start.',
      fixture: 'service',
      needs: ['service'],
      core: true,
      check: (scene) => stopsBackwards(scene, 'TERM'),
    },
    {
      id: 'stop-order',
      feature: 'the order in which stop stops',
      says: 'The stop command goes the same way down as SIGTERM.',
      fixture: 'service',
      needs: ['service'],
      check: (scene) => stopsBackwards(scene, 'stop'),
    },
  ],
};
