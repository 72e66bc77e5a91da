import { randomUUID } from 'node:crypto';
import { probeBase } from '../builder/builder.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { builderRequest, planBuild } from '../stages/plan/plan.js';
import { planFacts, planLines, probeLine } from '../stages/plan/plan-text.js';
import { readRequest } from '../options/request.js';
import { versionCheck } from '../stages/plan/version-check.js';
import { connectEngine } from '../engine/engine.js';
import type { Invocation } from './program.js';

/** Prints what a build would use on standard output: a line a decision, or with `--json` one object. */
export async function planCommand(invocation: Extract<Invocation, { command: 'plan' }>): Promise<void> {
  const { directory, options, json, probe: asksImage } = invocation;
  const signal = cancelOnSignals();
  const surroundings = { checkout: directory, cwd: process.cwd(), env: process.env };
  const request = await readRequest(options, surroundings);
  await versionCheck(request, process.env);
  const engine = await connectEngine();
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  const plan = await planBuild(engine, request, { signal, env: process.env, note });
  const context = { signal, env: process.env, note, onLine: note };
  const probe = asksImage
    ? await probeBase(engine, builderRequest(plan, request, randomUUID(), process.env), context)
    : undefined;
  if (asksImage && !probe) note('--probe: the own base of a Dockerfile is known only when it is built');
  const lines = json
    ? [JSON.stringify({ ...planFacts(plan), ...(probe && { probe }) })]
    : [...planLines(plan), ...(probe ? [`probe    ${probeLine(probe)}`] : [])];
  process.stdout.write(`${lines.join('\n')}\n`);
}
