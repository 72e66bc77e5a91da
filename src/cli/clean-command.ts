import { connectEngine } from '../engine/engine.js';
import { reapAll } from '../engine/reap.js';

/** Removes what this program made in the engine, and names each thing on standard error. */
export async function cleanCommand(): Promise<void> {
  const { containers, volumes, images } = await reapAll(await connectEngine());
  const named = { container: containers, volume: volumes, image: images };
  for (const [kind, names] of Object.entries(named)) {
    for (const name of names) process.stderr.write(`removed ${kind} ${name}\n`);
  }
  if (containers.length + volumes.length + images.length === 0) process.stderr.write('nothing to remove\n');
}
