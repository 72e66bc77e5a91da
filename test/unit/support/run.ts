import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../../src/engine/engine.js';
import type { BuildRequest } from '../../../src/options/request.js';
import { openBackground } from '../../../src/pipeline/background.js';
import { openCleanup } from '../../../src/pipeline/cleanup.js';
import { outputFiles } from '../../../src/pipeline/output-files.js';
import type { Run } from '../../../src/pipeline/run.js';

/** A run for one stage alone, and what was logged in it. */
export interface StageRun {
  readonly run: Run;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** Waits for what goes on in the background. */
  settled(): Promise<void>;
}

/** What a stage needs no engine for fails where it asks one. */
const NO_ENGINE = new Proxy({} as Engine, {
  get: (_, name) => {
    throw new Error(`the engine was asked for ${String(name)}`);
  },
});

/** A run whose workbench is `.partial-x` in the output directory, which must exist. */
export async function stageRun(request: BuildRequest, changes: Partial<Run> = {}): Promise<StageRun> {
  const notes: string[] = [];
  const warnings: string[] = [];
  const background = openBackground(() => undefined);
  const workbench = path.join(request.output, '.partial-x');
  await mkdir(workbench, { recursive: true });
  const run: Run = {
    id: 'run',
    request,
    engine: NO_ENGINE,
    env: {},
    signal: new AbortController().signal,
    log: {
      line: () => undefined,
      note: (text) => void notes.push(text),
      warn: (text) => void warnings.push(text),
    },
    cleanup: openCleanup((text) => void warnings.push(text)),
    background,
    files: outputFiles(request.output, workbench, request.format),
    keepState: true,
    store: undefined,
    publish: undefined,
    seconds: {},
    diagnoseBy: () => undefined,
    whenPlaced: () => undefined,
    placed: () => undefined,
    ...changes,
  };
  return { run, notes, warnings, settled: () => background.settled() };
}
