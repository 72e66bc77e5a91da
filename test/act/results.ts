import { writeFileSync } from 'node:fs';
import { startResults } from '../rig/results/server.js';

/**
 * The artifact service for one run of act: writes the variables of a runner to a file that act reads, and, when it is
 * ended, the names of the artifacts that are whole, one a line on standard output.
 */
const [file = 'results.env'] = process.argv.slice(2);
const results = await startResults();
const end = async (): Promise<void> => {
  const whole = results.artifacts().filter(({ finalized }) => finalized);
  process.stdout.write(whole.map(({ name }) => `${name}\n`).join(''));
  await results.stop();
};
process.once('SIGTERM', () => void end());
const lines = Object.entries(results.env()).map(([name, value]) => `${name}=${value}\n`);
writeFileSync(file, lines.join(''));
