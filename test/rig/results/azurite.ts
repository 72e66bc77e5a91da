/**
 * A program: Azurite's blob service, which lives exactly as long as its standard input stays open.
 *
 * The folder for the data is made here and removed here, so that neither a process nor a file outlives a test run
 * that was killed. Arguments go to Azurite unchanged.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const location = mkdtempSync(join(tmpdir(), 'results-blobs-'));
process.on('exit', () => rmSync(location, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());
process.stdin.resume().on('close', () => process.exit());

process.argv.push('--location', location);
createRequire(import.meta.url)('azurite/dist/src/blob/main.js');
