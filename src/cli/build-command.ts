import { randomUUID } from 'node:crypto';
import { cancelOnSignals } from '../build/cancel.js';
import { build } from '../build/pipeline.js';
import { readRequest } from '../build/request.js';
import type { Invocation } from './program.js';
import { terminalReporter } from './progress.js';

/** Builds, and prints the result on standard output: the tarballs' paths, one a line, or with `--json` one object. */
export async function buildCommand(invocation: Extract<Invocation, { command: 'build' }>): Promise<void> {
  const { directory, options, json, verbose } = invocation;
  const signal = cancelOnSignals();
  const surroundings = { checkout: directory, cwd: process.cwd(), env: process.env, artifactByDefault: false };
  const request = await readRequest(options, surroundings);
  const publisher = request.artifact && (await import('../action/artifact.js')).artifactPublisher(request.artifact);
  const { releases } = await build(request, {
    reporter: terminalReporter(process.stderr, verbose),
    signal,
    run: randomUUID(),
    keepState: true,
    env: process.env,
    publish: publisher,
  });
  const lines = json ? [JSON.stringify({ releases })] : releases.map(({ tarball }) => tarball);
  process.stdout.write(`${lines.join('\n')}\n`);
}
