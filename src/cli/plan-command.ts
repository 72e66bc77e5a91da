import { randomUUID } from 'node:crypto';
import { probeBase } from '../builder/builder.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { builderRequest } from '../stages/builder/builder-request.js';
import { probeLine } from '../builder/probe-text.js';
import { planFacts, planFor, planLines, versionCheck } from '../stages/plan/stage.js';
import { readRequests } from '../options/request.js';
import { connectEngine } from '../engine/connect.js';
import { inert } from '../inert.js';
import type { Invocation } from './program.js';

/** Prints the build plan on standard output: one line per decision, or with `--json` one object. */
export async function planCommand(invocation: Extract<Invocation, { command: 'plan' }>): Promise<void> {
  const { directory, options, json, probe: withProbe } = invocation;
  const signal = cancelOnSignals();
  const surroundings = { checkout: directory, cwd: process.cwd(), env: process.env };
  const [request] = await readRequests(options, surroundings);
  await versionCheck(request, process.env);
  await using engine = await connectEngine();
  const note = (text: string): void => void process.stderr.write(`${inert(text)}\n`);
  const { compilations } = await planFor([request], { engine, signal, env: process.env, log: { note } });
  const plan = compilations[0]?.plan;
  if (!plan) throw new Error('a request has a plan');
  const context = { signal, env: process.env, note, onLine: note };
  const probe = withProbe
    ? await probeBase(engine, builderRequest(plan, request, randomUUID(), process.env), context)
    : undefined;
  if (withProbe && !probe) note('--probe: the base image of your own Dockerfile is known only after its build');
  const lines = json
    ? [JSON.stringify({ ...planFacts(plan), ...(probe && { probe }) })]
    : [...planLines(plan), ...(probe ? [`probe    ${probeLine(probe)}`] : [])];
  process.stdout.write(`${lines.join('\n')}\n`);
}
