import { randomUUID } from 'node:crypto';
import type { ContainerSpec, RunningContainer } from '../../../src/engine/container.js';
import type { Engine } from '../../../src/engine/engine.js';
import { MixReleaseError } from '../../../src/errors.js';

/** Which call's connection breaks. */
export type BrokenCall = 'inspect' | 'build' | 'run' | 'get';

/** An engine that the contract is checked on. */
export interface Subject {
  readonly engine: Engine;
  /** Reference of an image with sh, seq and sleep, for the engine's own platform. */
  readonly image: string;
  readonly platform: string;
  /** Ends a container as somebody outside would. */
  readonly endContainer: (id: string) => Promise<void>;
  /** A connection of its own to an engine of the same kind, which has the image. */
  readonly connect: () => Promise<Engine>;
  /** As `connect`, where the next call of that kind breaks: before its answer or in the middle of it. */
  readonly breaking: (call: BrokenCall, when: 'before' | 'midway') => Promise<Engine>;
}

/** One thing that holds of every engine. */
export interface Case {
  readonly title: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** Labels and names that nothing else in the engine has. */
export function mark(): { readonly id: string; readonly labels: Readonly<Record<string, string>> } {
  const id = randomUUID().slice(0, 8);
  return { id, labels: { 'mix-release-contract': id } };
}

export function startWith(
  { engine, image, platform }: Subject,
  changes: Partial<ContainerSpec> = {},
): Promise<RunningContainer> {
  return engine.containers.start({ image, platform, user: '0:0', labels: mark().labels, ...changes });
}

/** What a command printed and ended with. */
export async function outcome(
  container: RunningContainer,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const command = { title: 'a command of the contract', argv, env, cwd: '/tmp' };
  const status = await container.run(command, (line) => lines.push(line));
  return { status, lines };
}

/** The error of ours that a call fails with. @throws where it does not fail, or with another one */
export async function failureOf(call: Promise<unknown>): Promise<MixReleaseError> {
  const thrown = await call.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
  if (thrown instanceof MixReleaseError) return thrown;
  throw thrown;
}
