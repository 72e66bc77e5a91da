#!/usr/bin/env node
import { toMixReleaseError } from '../errors.js';
import { parseArguments, type Invocation } from './program.js';
import { explain } from './progress.js';

/** Runs the command line; commands load only what they need, so that `--version` answers at once. */
async function main(argv: readonly string[]): Promise<void> {
  let invocation: Invocation = { command: 'none' };
  try {
    invocation = parseArguments(argv);
    if (invocation.command === 'build') await (await import('./build-command.js')).buildCommand(invocation);
    if (invocation.command === 'clean') await (await import('./clean-command.js')).cleanCommand();
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    process.stderr.write(explain(error, invocation.command === 'build' && invocation.verbose));
    process.exitCode = error.exitStatus;
  }
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void main(process.argv.slice(2));
