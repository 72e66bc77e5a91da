import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../errors.js';
import { inert } from '../inert.js';
import { FILE, notWritable, proposeWorkflow, type Proposal } from './init/proposal.js';
import type { Invocation } from './program.js';

/**
 * Writes a workflow for the project in a directory, by what its files say, and prints what was found. What is there
 * already is not changed without `--force`.
 *
 * @throws MixReleaseError `workflow-exists`, `output-not-writable`, and what `proposeWorkflow` throws
 */
export async function initCommand(invocation: Extract<Invocation, { command: 'init' }>): Promise<void> {
  const proposal = await proposeWorkflow(invocation);
  const { text, there, choices } = proposal;
  if (invocation.print) {
    process.stdout.write(text);
    return;
  }
  say('found', choices.found);
  if (there === text) {
    say('kept', [`${FILE} is already up to date`]);
    return;
  }
  if (there !== undefined && !invocation.force) {
    throw new MixReleaseError('workflow-exists', {
      what: `${FILE} is there already, and differs from what init writes`,
      next: 'Compare the two: mix-release init --print. To replace the file, use --force.',
    });
  }
  await write(proposal);
  say('to do', choices.todo);
}

async function write({ file, text, spec, project }: Proposal): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw notWritable(error);
  }
  const when = spec.tagRelease ? 'each tag that begins with v' : `each push to ${project.branch} and each pull request`;
  say('wrote', [`${FILE}: ${spec.targets.join(', ')}, for ${when}`]);
}

function say(word: string, lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${inert(`${word.padEnd(7)} ${line}`)}\n`);
}
