import { writeFileSync } from 'node:fs';
import { openPhoenixRegistries } from '../support/phoenix.js';

/**
 * The package registries of the Phoenix-shaped project for one run of act: writes the lock and the key into a copy of
 * the project, and what the workflow needs to know to files that act reads.
 */
const [project = '', variables = '', secrets = ''] = process.argv.slice(2);
const registries = await openPhoenixRegistries();
process.once('SIGTERM', () => void registries[Symbol.asyncDispose]());
await registries.complete(project);
writeFileSync(secrets, `ACME_KEY=${registries.remote.acmeKey}\n`);
writeFileSync(variables, `REGISTRIES=${registries.remote.url}\n`);
