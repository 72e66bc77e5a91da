import { setFlagsFromString } from 'node:v8';

/**
 * Lets this program's memory stay flat: tens of thousands of small files make V8 take ever more room for what is young,
 * up to 100 MB beyond what is in use, and it gives none of it back. Measured with 10,000 files: 180 MB instead of 250 to
 * 320, for one in twenty more of this program's own time.
 *
 * V8 looks at the flag whenever it would take more.
 */
export function keepMemoryFlat(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
