#!/usr/bin/env node
// fuzz.mjs [COUNT [SEED [PATH...]]]  Gives our ELF reader COUNT changed files (200,000), made of the small ELF files
// under the paths (those of this system). Stops, and saves the input, when it does anything but read or refuse it.
import { launch } from './launch.mjs';

await launch('fuzz.ts', process.argv.slice(2));
