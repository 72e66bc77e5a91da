import askSource from './ask.ex';
import { likelyCauses } from '../causes/find.js';
import { RUNNING } from '../causes/running/rules.js';
import { runCommand, SmokeFailure, type Outcome, type CommandContext } from './command.js';
import type { Program } from './program.js';
import type { LoadedApplication } from './report.js';

/** The result of a health check. */
export interface Answer {
  readonly answered: boolean;
  readonly outcome: Outcome;
  /** Applications with native functions, and the number of loaded modules of each. */
  readonly applications: readonly LoadedApplication[];
  /** Modules that could not be loaded: each as `MODULE :APPLICATION REASON`. */
  readonly faults: readonly string[];
}

/** Runs the health check, with `eval` in a separate BEAM instance or with `rpc` in the running node. */
export async function runHealthCheck(
  context: CommandContext,
  command: 'eval' | 'rpc',
  program: Program,
): Promise<Answer> {
  const question = (mark: string): string =>
    askSource.replaceAll('MARK', mark).replaceAll('WAIT', String(command === 'rpc'));
  const outcome = await runCommand(context, {
    check: command,
    title: command,
    argv: (mark) => program.argv(command, question(mark)),
  });
  const values = (wanted: string): readonly string[] =>
    outcome.facts.filter(([name]) => name === wanted).map(([, value]) => value);
  return {
    answered: outcome.status === 0 && values('answered').length > 0,
    outcome,
    applications: values('native').map((text) => {
      const [name = '', modules = ''] = text.split(' ');
      return { name, modules: Number(modules) };
    }),
    faults: values('fault'),
  };
}

/** Attempts at a command whose error message was cut off. */
const MAX_ATTEMPTS = 3;

/**
 * Runs the health check with `eval`. The BEAM may exit while it prints why its configuration failed: then it is run
 * again, because the lost part of the message names what is missing.
 *
 * @throws SmokeFailure
 */
export async function requireEval(context: CommandContext, program: Program): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await runHealthCheck(context, 'eval', program);
    const { status, output } = answer.outcome;
    if (answer.answered) {
      requireLoaded(answer, []);
      return answer;
    }
    if (attempt === MAX_ATTEMPTS || !isCutOff(output)) {
      throw new SmokeFailure('eval', `eval ended with exit status ${String(status)}`, output);
    }
  }
}

/** Whether the configuration failed, and what it failed with is not there. */
function isCutOff(output: readonly string[]): boolean {
  if (output.some((line) => line.includes('** ('))) return false;
  return likelyCauses(RUNNING, output)[0]?.name === 'configuration';
}

/**
 * Fails where a module could not be loaded.
 *
 * @param log - the node's output, where it is another process
 */
export function requireLoaded({ faults, outcome }: Answer, log: readonly string[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const [module = '', application = '', ...reason] = first.split(' ');
  const others = faults.length > 1 ? ` (and ${String(faults.length - 1)} more)` : '';
  throw new SmokeFailure(
    'load',
    `module ${module} of ${application} could not be loaded: ${reason.join(' ')}${others}`,
    [...log, ...outcome.output],
  );
}
