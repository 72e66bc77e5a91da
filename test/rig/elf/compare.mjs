#!/usr/bin/env node
// compare.mjs PATH...  Reads every ELF file under the paths with our reader and with `readelf` (GNU binutils), and
// prints where they differ; the last line is `N files, M differences`.
import { launch } from './launch.mjs';

await launch('compare.ts', process.argv.slice(2));
