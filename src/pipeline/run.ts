import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStore } from '../cache/store.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { Environment } from '../environment.js';
import { MixReleaseError } from '../errors.js';
import type { BuildRequest } from '../options/request.js';
import { openWorkbench } from '../package/output.js';
import { openBackground, type Background } from './background.js';
import { openCleanup, type Cleanup } from './cleanup.js';
import { outputFiles, type OutputFiles } from './output-files.js';
import type { Publish } from './publication.js';
import { sweepLeftovers } from './sweep.js';

/** Who writes the log of a run: a terminal's or a workflow's. `target` is a triple, of a stage for one of several targets. */
export interface Reporter {
  stageStarted(stage: string, target?: string): void;
  /** `outcome` is a few words on what the stage gave; undefined where it failed. */
  stageEnded(stage: string, seconds: number, outcome: string | undefined, target?: string): void;
  /** A stage is left out, and why. */
  stageSkipped(stage: string, reason: string, target?: string): void;
  /** A line that a command in the container printed. */
  line(text: string): void;
  /** Something that a person should know and need not act on. */
  note(text: string): void;
  /** Something that went wrong and does not fail the run. */
  warn(text: string): void;
}

/** The part of a reporter that stages write to. */
export type Log = Pick<Reporter, 'line' | 'note' | 'warn'>;

/** What a run is given by whoever starts it. */
export interface BuildContext {
  readonly reporter: Reporter;
  /** Cancels the run: its containers are killed at once. */
  readonly signal: AbortSignal;
  /** Identifier on everything that this run makes in the engine. */
  readonly id: string;
  /** Whether the state volume stays for the next build; otherwise it stays until this run is reaped. */
  readonly keepState: boolean;
  /** Where states are looked for that are not on this machine; undefined for nowhere. */
  readonly store: CacheStore | undefined;
  readonly env: Environment;
  /** Publishes the output files; undefined where nothing is to be published. */
  readonly publish: Publish | undefined;
  readonly connect: () => Promise<Engine>;
}

/** One run of a build: what every stage is lent. */
export interface Run {
  readonly id: string;
  readonly request: BuildRequest;
  readonly engine: Engine;
  readonly env: Environment;
  /** Given when the run is cancelled, or when work in the background has failed. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly cleanup: Cleanup;
  readonly background: Background;
  readonly files: OutputFiles;
  readonly keepState: boolean;
  readonly store: CacheStore | undefined;
  readonly publish: Publish | undefined;
  /** Seconds by stage so far; those of a stage that ran for several releases are added up. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Says where diagnostics of compilers come from once the run has ended, well or not. */
  diagnoseBy(source: () => readonly Diagnostic[]): void;
  /** Has something done once the output files are in their places. */
  whenPlaced(action: () => void): void;
  /** Does what `whenPlaced` was given. */
  placed(): void;
}

/** A run and what only its owner may do with it. */
export interface OpenRun {
  readonly run: Run;
  /** The triple of the target that stages run for, where the log has to tell several apart. */
  readonly target?: string;
  readonly reporter: Reporter;
  readonly seconds: Record<string, number>;
  /** Rejects when the run has to stop: with `cancelled`, or with what work in the background failed with. */
  readonly stopped: Promise<never>;
  /** The error that a run of this signal ends with; `stage` is the one that it is in. */
  stopError(stage: string, thrown: unknown): unknown;
  diagnostics(): readonly Diagnostic[];
  /** Ends everything that the run has begun. Never throws; trouble is a warning. */
  end(): Promise<void>;
}

/** Milliseconds for everything that has to go when a run ends. */
const CLEANUP_LIMIT = 8000;

/** @throws MixReleaseError from the output directory, or from the engine */
export async function openRun(request: BuildRequest, context: BuildContext): Promise<OpenRun> {
  const { reporter, signal: cancelled, id, keepState, env, publish } = context;
  const failed = new AbortController();
  const background = openBackground((error) => failed.abort(error));
  const signal = AbortSignal.any([cancelled, failed.signal]);
  const cleanup = openCleanup((text) => reporter.warn(text));
  const end = async (engine?: Engine): Promise<void> => {
    // Whatever still runs stops now; after a run that went well nothing does.
    failed.abort();
    const limit = new AbortController();
    await Promise.race([background.settled(), sleep(CLEANUP_LIMIT, undefined, { signal: limit.signal, ref: false })]);
    limit.abort();
    const left = await cleanup.end(CLEANUP_LIMIT);
    if (left.length > 0) reporter.warn(`not removed: ${left.join(', ')}. The next run or mix-release clean removes it`);
    await engine?.[Symbol.asyncDispose]();
  };
  try {
    const workbench = await openWorkbench(request.output);
    cleanup.defer(workbench.directory, async () => {
      await workbench[Symbol.asyncDispose]();
    });
    const engine = await context.connect();
    background.adopt(sweepLeftovers(engine, request.output, reporter));
    const seconds: Record<string, number> = {};
    const placedActions: (() => void)[] = [];
    let diagnose: () => readonly Diagnostic[] = () => [];
    const run: Run = {
      ...{ id, request, engine, env, signal, cleanup, background, keepState, publish, seconds },
      store: request.cache === 'false' ? undefined : context.store,
      // What the container still prints when the run has stopped belongs to no stage any more.
      log: {
        ...logOf(reporter),
        line: (text) => {
          if (!signal.aborted) reporter.line(text);
        },
      },
      files: outputFiles(request.output, workbench.directory, request.format),
      diagnoseBy: (source) => (diagnose = source),
      whenPlaced: (action) => void placedActions.push(action),
      placed: () => placedActions.forEach((action) => action()),
    };
    return {
      run,
      reporter,
      seconds,
      stopped: stopOf(signal),
      stopError: stopErrorOf(cancelled, failed.signal),
      diagnostics: () => diagnose(),
      end: () => end(engine),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function logOf(reporter: Reporter): Log {
  return {
    line: (text) => reporter.line(text),
    note: (text) => reporter.note(text),
    warn: (text) => reporter.warn(text),
  };
}

/** A promise that rejects when the signal is given, so that no stage can keep a run that has to stop waiting. */
export function stopOf(signal: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  // Most runs end without anybody waiting for it.
  stopped.catch(() => undefined);
  return stopped;
}

/** What a stage that was stopped ends with: a cancel counts most, then what work in the background failed with. */
export function stopErrorOf(cancelled: AbortSignal, failed: AbortSignal): OpenRun['stopError'] {
  return (stage, thrown) => {
    if (cancelled.aborted) return cancelledIn(stage);
    return failed.aborted ? (failed.reason as unknown) : thrown;
  };
}

function cancelledIn(stage: string): MixReleaseError {
  return new MixReleaseError('cancelled', {
    what: `the build was cancelled during stage ${stage}`,
    next: 'Nothing was published. Run it again when you are ready.',
  });
}
