import { expect } from '@jest/globals';
import { smokeRelease, type Runtime, type SmokeTestOptions } from '../../../src/smoke/smoke.js';
import { findTarget } from '../../../src/targets/find.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';
import type { FakeHandlers } from '../../support/fake-engine/handlers.js';
import { errorOf } from './errors.js';
import { fakeRelease, type Commands, type Given } from './fake-release.js';
import { directoryWith, type Tree } from './files.js';

/** The image that releases are tried in. */
export const SYSTEM = 'debian:trixie-slim';

const SETTING: SmokeTestOptions = {
  ...{ target: findTarget('x86_64-unknown-linux-gnu'), test: 'eval', env: {}, timeout: 60, emulated: false },
  ...{ erlFlags: '', run: 'run', proxies: {}, writable: false, mixEnv: 'prod', services: undefined },
};

/** A release that has all that one can have. */
const FILES: Tree = { 'bin/web': '', 'releases/COOKIE': 'x', 'erts-15/bin/erl': '' };

/** How a release is tried, as far as it is not as usual. */
export interface Way {
  readonly setting?: Partial<SmokeTestOptions>;
  readonly runtime?: Partial<Runtime>;
  readonly commands?: Commands;
  readonly build?: FakeHandlers['build'];
  readonly files?: Tree;
  readonly signal?: AbortSignal;
}

/** An engine in which a release is ready to be tried, and what it is then given and noted. */
export function trial({ setting, runtime, commands, build, files = FILES, signal }: Way = {}) {
  const { run, given } = fakeRelease(commands);
  const engine = fakeEngine({ handlers: { run, ...(build ? { build } : {}) } });
  const image = engine.addImage({ names: [SYSTEM] });
  const where: Runtime = {
    image: { reference: SYSTEM, id: image.id, digest: image.id },
    ...{ hasErlang: false, packages: [], packageFamily: undefined, needs: undefined, ...runtime },
  };
  const notes: string[] = [];
  const context = {
    signal: signal ?? new AbortController().signal,
    onLine: () => undefined,
    note: (text: string) => void notes.push(text),
  };
  const tried = async () => {
    const release = { name: 'web', version: '0.1.0', directory: await directoryWith(files) };
    return smokeRelease(engine, release, where, { ...SETTING, ...setting }, context);
  };
  return { engine, image, given, notes, tried };
}

export type Trial = ReturnType<typeof trial>;

/** The error that a release fails with, which leaves nothing in the engine. */
export async function failure({ engine, tried }: Trial) {
  const error = await errorOf(tried);
  expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  return error;
}

/** The commands that a release was given. */
export const titles = (given: readonly Given[]): readonly string[] => given.map(({ command }) => command.title);
