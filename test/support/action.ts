import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, startNode, type Started } from './cli.js';

/** The files that a runner gives a step, and what it wrote to them. */
export interface Step {
  readonly env: Readonly<Record<string, string>>;
  /** What the step set, by name; a value of several lines as it was. */
  outputs(): Promise<Readonly<Record<string, string>>>;
  state(): Promise<Readonly<Record<string, string>>>;
}

/** Makes the files of one step below a directory, as a runner does before it starts the action. */
export async function prepareStep(directory: string, workspace: string): Promise<Step> {
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_ENV: 'env', GITHUB_STEP_SUMMARY: 'summary' };
  const runner = path.join(directory, 'runner');
  await mkdir(path.join(runner, 'temp'), { recursive: true });
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.join(runner, file)]));
  for (const file of Object.values(paths)) await writeFile(file, '');
  const read = async (file: string): Promise<Readonly<Record<string, string>>> =>
    parseCommandFile(await readFile(path.join(runner, file), 'utf8'));
  return {
    env: { ...paths, RUNNER_TEMP: path.join(runner, 'temp'), GITHUB_WORKSPACE: workspace, GITHUB_ACTIONS: 'true' },
    outputs: () => read('output'),
    state: () => read('state'),
  };
}

/** The runner's file format: `name<<delimiter`, lines, `delimiter`. */
function parseCommandFile(text: string): Readonly<Record<string, string>> {
  const entries = text.matchAll(/^(?<name>[^\n]+?)<<(?<end>[^\n]+)\n(?<value>[^]*?)\n?\k<end>$/gm);
  return Object.fromEntries([...entries].map(({ groups = {} }) => [groups.name ?? '', groups.value ?? '']));
}

/** Starts a bundle of the action as a runner does: inputs as INPUT_ variables, state as STATE_ variables. */
export function startAction(
  bundle: 'main' | 'post' | 'matrix',
  step: Step,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Started {
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const);
  return startNode([path.join(ROOT, `dist/${bundle}.mjs`)], {
    env: { ...step.env, ...Object.fromEntries(named), ...env },
    cwd: ROOT,
  });
}

/** Runs the post step with the state that main left. */
export async function runPost(step: Step): ReturnType<typeof waitFor> {
  const state = Object.entries(await step.state()).map(([name, value]) => [`STATE_${name}`, value] as const);
  return waitFor(startAction('post', step, {}, Object.fromEntries(state)));
}

const waitFor = (started: Started): Started['ended'] => started.ended;
