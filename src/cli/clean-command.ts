import { connectEngine } from '../engine/connect.js';
import { refused } from '../engine/failure.js';
import { reapAll } from '../engine/reap.js';

/**
 * Removes what this program made in the engine, and names each thing on standard error.
 *
 * @throws MixReleaseError `engine-error` that names what is left, once all the rest is removed
 */
export async function cleanCommand(): Promise<void> {
  await using engine = await connectEngine();
  const { containers, networks, volumes, images, left } = await reapAll(engine);
  const named = { container: containers, network: networks, volume: volumes, image: images };
  for (const [kind, names] of Object.entries(named)) {
    for (const name of names) process.stderr.write(`removed ${kind} ${name}\n`);
  }
  if (left.length > 0) throw refused('to remove everything', left.join('; '));
  if (Object.values(named).flat().length === 0) process.stderr.write('nothing to remove\n');
}
