import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';
import { ROOT } from './cli.js';
import { ended, type Outcome } from './machine.js';

/** A step of a workflow, with its expressions. */
export interface WorkflowStep {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly if?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

/** A job of a workflow. */
export interface WorkflowJob {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly steps: readonly WorkflowStep[];
}

/** A workflow that others call. */
export interface CalledWorkflow {
  readonly on: {
    readonly workflow_call: { readonly inputs: Readonly<Record<string, { readonly default?: unknown; type: string }>> };
  };
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

/** What expressions see: `github`, `inputs` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

export async function readWorkflow(file: string): Promise<CalledWorkflow> {
  return parse(await readFile(path.join(ROOT, file), 'utf8')) as CalledWorkflow;
}

/** The inputs of a called workflow as GitHub gives them: those that the caller passes, and what is the default of others. */
export function inputsOf({ on }: CalledWorkflow, passed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const none: Readonly<Record<string, unknown>> = { boolean: false, number: 0, string: '' };
  const entries = Object.entries(on.workflow_call.inputs);
  for (const name of Object.keys(passed)) {
    if (!entries.some(([known]) => known === name)) throw new Error(`the workflow has no input ${name}`);
  }
  return Object.fromEntries(
    entries.map(([name, input]) => [name, passed[name] ?? input.default ?? none[input.type]] as const),
  );
}

/** Values with their expressions evaluated, as text. */
export function evaluated(
  values: Readonly<Record<string, unknown>> = {},
  contexts: Contexts,
): Readonly<Record<string, string>> {
  const text = (value: unknown): string =>
    String(value).replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => valueOf(expression, contexts));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}

function valueOf(expression: string, contexts: Contexts): string {
  const { tokens } = new Lexer(expression.trim()).lex();
  const tree = new Parser(tokens, Object.keys(contexts), []).parse();
  const seen = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, seen).evaluate().coerceString();
}

/** Whether a step runs. */
export function runs(step: WorkflowStep, contexts: Contexts): boolean {
  return step.if === undefined || valueOf(`(${step.if}) && 'yes' || ''`, contexts) === 'yes';
}

/** The defaults of an action's inputs, which a runner fills in. */
export async function actionDefaults(file: string): Promise<Readonly<Record<string, string>>> {
  const { inputs } = parse(await readFile(path.join(ROOT, file), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? '']));
}

/** Runs the scripts of a job's steps one after the other, as a runner does: what one sets, the next sees. */
export class ScriptRunner {
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #set: Readonly<Record<string, string>> = {};

  /** @param directory - where the scripts run; made */
  constructor(directory: string, env: Readonly<Record<string, string | undefined>>) {
    this.#directory = directory;
    this.#env = env;
  }

  /** @returns how the script ended, and what it wrote to GITHUB_OUTPUT */
  async run(
    script: string,
    env: Readonly<Record<string, string>>,
  ): Promise<Outcome & { readonly outputs: Readonly<Record<string, string>> }> {
    await mkdir(this.#directory, { recursive: true });
    const [output, variables, file] = ['output', 'env', 'step.sh'].map((name) => `${this.#directory}.${name}`) as [
      string,
      string,
      string,
    ];
    for (const each of [output, variables]) await writeFile(each, '');
    await writeFile(file, script);

    const files = { GITHUB_OUTPUT: output, GITHUB_ENV: variables };
    const outcome = await ended('bash', ['-e', file], {
      cwd: this.#directory,
      env: { ...this.#env, ...this.#set, ...env, ...files },
    });
    this.#set = { ...this.#set, ...(await assignments(variables)) };
    return { ...outcome, outputs: await assignments(output) };
  }
}

async function assignments(file: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
