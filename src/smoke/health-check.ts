import askSource from './ask.ex';
import { causeOf } from './cause.js';
import { runCommand, SmokeFailure, type Outcome, type Setting } from './command.js';
import type { Program } from './program.js';
import type { LoadedApplication } from './report.js';

/** What a release said when it was asked. */
export interface Answer {
  readonly answered: boolean;
  readonly outcome: Outcome;
  /** Applications with native functions, and how many modules of each are loaded. */
  readonly applications: readonly LoadedApplication[];
  /** Modules that could not be loaded: each as `MODULE :APPLICATION REASON`. */
  readonly faults: readonly string[];
}

/** Asks a release, by `eval` in a machine of its own or by `rpc` in the node that runs. */
export async function ask(setting: Setting, how: 'eval' | 'rpc', program: Program): Promise<Answer> {
  const question = (mark: string): string =>
    askSource.replaceAll('MARK', mark).replaceAll('WAIT', String(how === 'rpc'));
  const outcome = await runCommand(setting, {
    check: how,
    title: how,
    argv: (mark) => program.argv(how, question(mark)),
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

/** How often a failure whose message broke off is repeated. */
const REPEATED = 3;

/**
 * Asks a release by `eval`. The virtual machine may end while it prints why its configuration failed: then it is asked
 * again, because the part that is lost says what is missing.
 *
 * @throws SmokeFailure
 */
export async function requireEval(setting: Setting, program: Program): Promise<Answer> {
  for (let turn = 1; ; turn += 1) {
    const answer = await ask(setting, 'eval', program);
    const { status, output } = answer.outcome;
    if (answer.answered) {
      requireLoaded(answer, []);
      return answer;
    }
    if (turn === REPEATED || causeOf(output)?.kind !== 'configuration') {
      throw new SmokeFailure('eval', `eval ended with exit status ${String(status)}`, output);
    }
  }
}

/**
 * Fails where a module could not be loaded.
 *
 * @param log - what the node printed, where it is another process
 */
export function requireLoaded({ faults, outcome }: Answer, log: readonly string[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const [module = '', application = '', ...reason] = first.split(' ');
  const more = faults.length > 1 ? ` (and ${String(faults.length - 1)} more)` : '';
  throw new SmokeFailure('load', `module ${module} of ${application} could not be loaded: ${reason.join(' ')}${more}`, [
    ...log,
    ...outcome.output,
  ]);
}
