// init-workflows.mjs DIRECTORY  Writes what `mix-release init` writes for the projects of its tests, to be checked as the
// workflows of this repository are.
import path from 'node:path';
import { importTypescript } from './import-typescript.mjs';

const { writeInitWorkflows } = await importTypescript(
  "export { writeInitWorkflows } from './test/support/init-projects.ts';",
);
await writeInitWorkflows(path.resolve(process.argv[2]));
