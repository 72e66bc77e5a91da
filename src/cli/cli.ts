#!/usr/bin/env node
import { toMixReleaseError } from '../errors.js';
import { endProcess } from '../pipeline/end-process.js';
import { parseArguments, type Invocation } from './program.js';
import { explain } from './progress.js';

const OLDEST_NODE = 24;

function requireNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  process.stderr.write(
    `error (bad-usage): mix-release needs Node.js ${String(OLDEST_NODE)} or newer, and this is ${process.versions.node}\n  Install it, or run \`npx node@${String(OLDEST_NODE)} ${process.argv[1] ?? ''}\`.\n`,
  );
  process.exit(2);
}

/** Runs the command line. Commands load only the modules that they need, so `--version` answers at once. */
async function main(argv: readonly string[]): Promise<void> {
  let invocation: Invocation = { command: 'none' };
  try {
    invocation = parseArguments(argv);
    if (invocation.command === 'build') await (await import('./build-command.js')).buildCommand(invocation);
    if (invocation.command === 'plan') await (await import('./plan-command.js')).planCommand(invocation);
    if (invocation.command === 'audit') await (await import('./audit-command.js')).auditCommand(invocation);
    if (invocation.command === 'targets') {
      process.stdout.write((await import('./targets-command.js')).targetsText(invocation.json));
    }
    if (invocation.command === 'index') await (await import('./index-command.js')).indexCommand(invocation);
    if (invocation.command === 'matrix') {
      const { matrixTargets, matrixText } = await import('./matrix-command.js');
      const targets = await matrixTargets(invocation.targets, process.cwd());
      process.stdout.write(matrixText(targets, invocation.grouped));
    }
    if (invocation.command === 'diff') await (await import('./diff-command.js')).diffCommand(invocation);
    if (invocation.command === 'shell') await (await import('./shell-command.js')).shellCommand(invocation);
    if (invocation.command === 'init') await (await import('./init-command.js')).initCommand(invocation);
    if (invocation.command === 'doctor') await (await import('./doctor-command.js')).doctorCommand(invocation);
    if (invocation.command === 'completion') {
      process.stdout.write((await import('./completion-command.js')).completionText(invocation.shell));
    }
    if (invocation.command === 'clean') await (await import('./clean-command.js')).cleanCommand();
  } catch (thrown) {
    const error = toMixReleaseError(thrown);
    process.stderr.write(
      explain(error, (invocation.command === 'build' || invocation.command === 'shell') && invocation.verbose),
    );
    process.exitCode = error.exitStatus;
  }
  endProcess(process.exitCode);
}

// Users cannot act on deprecation warnings of dependencies.
requireNode();
process.noDeprecation = true;
void main(process.argv.slice(2));
