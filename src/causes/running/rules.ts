import type { Rule } from '../rule.js';
import { MACHINE } from './machine.js';
import { NATIVE_CODE } from './native-code.js';
import { NOT_IN_RELEASE } from './not-in-release.js';
import { OTHER_MACHINES } from './services.js';
import { VARIABLES } from './variables.js';

/**
 * The causes of a release that does not run, by their rank: for example, a missing library also makes the load of a
 * native function fail, and a connection that is refused may be tried again while something else goes wrong.
 */
export const RUNNING: readonly Rule[] = [
  ...NATIVE_CODE,
  ...NOT_IN_RELEASE,
  ...VARIABLES,
  ...MACHINE,
  ...OTHER_MACHINES,
];
