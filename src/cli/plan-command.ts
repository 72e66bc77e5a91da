import { randomUUID } from 'node:crypto';
import { probeBase } from '../builder/builder.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { builderRequest } from '../stages/builder/builder-request.js';
import { probeLine } from '../builder/probe-text.js';
import type { Probe } from '../builder/probe.js';
import { compilationFacts, compilationLines, resolveCompilations, versionCheck } from '../stages/plan/stage.js';
import { withConfigFile } from '../options/file/config-file.js';
import { readRequests } from '../options/request.js';
import { connectEngine } from '../engine/connect.js';
import { inert } from '../inert.js';
import type { Invocation } from './program.js';

/**
 * Prints the build plan on standard output: one line per decision, or with `--json` one object. Of several targets, there
 * is an empty line between two, and the object has the plans as `targets`.
 */
export async function planCommand(invocation: Extract<Invocation, { command: 'plan' }>): Promise<void> {
  const { directory, options, json, probe: withProbe } = invocation;
  const signal = cancelOnSignals();
  const note = (text: string): void => void process.stderr.write(`${inert(text)}\n`);
  const surroundings = { checkout: directory, cwd: process.cwd(), env: process.env };
  const requests = await readRequests(
    await withConfigFile(options, { ...surroundings, by: 'command', note }),
    surroundings,
  );
  await versionCheck(requests[0], process.env);
  await using engine = await connectEngine();
  const compilations = await resolveCompilations(engine, requests, { signal, env: process.env, note });
  const context = { signal, env: process.env, note, onLine: note };
  const probes: Probe[] = [];
  if (withProbe) {
    for (const { plan, request } of compilations) {
      const found = await probeBase(engine, builderRequest(plan, request, randomUUID(), process.env), context);
      if (found) probes.push(found);
      else note('--probe: the base image of your own Dockerfile is known only after its build');
    }
  }
  const lines = json
    ? [JSON.stringify(oneOf(compilationFacts(compilations), probes))]
    : [...compilationLines(compilations), ...probes.map((probe) => `probe    ${probeLine(probe)}`)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** One object: that of the only target, or all of them. Each image that code is compiled in has a probe. */
function oneOf([first, ...others]: readonly object[], [probe, ...probes]: readonly Probe[]): object {
  if (others.length === 0) return { ...first, ...(probe && { probe }) };
  return { targets: [first, ...others], ...(probe && { probes: [probe, ...probes] }) };
}
