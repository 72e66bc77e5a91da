#!/usr/bin/env node
// compare.mjs [--one-of N] PATH...  Reads every ELF file under the paths (or about one of N, which their contents choose)
// with our reader and with `readelf` (GNU binutils), and prints where they differ. The last line is `N files, M
// differences`.
import { launch } from './launch.mjs';

await launch('compare.ts', process.argv.slice(2));
