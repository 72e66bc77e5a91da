import { MixReleaseError } from '../errors.js';

/** The stages of a build, in their order. */
export const STAGES = [
  'plan',
  'builder',
  'cache',
  'sources',
  'before-build',
  'deps',
  'compile',
  'release',
  'tree',
  'audit',
  'smoke',
  'tarball',
  'publish',
] as const;

export type Stage = (typeof STAGES)[number];

/** Who is told how a build goes. */
export interface Reporter {
  stageStarted(stage: Stage): void;
  /** `outcome` is a few words on what the stage gave; undefined where it failed. */
  stageEnded(stage: Stage, seconds: number, outcome: string | undefined): void;
  /** A line that a command in the container printed. */
  line(text: string): void;
  /** Something that a person should know and need not act on. */
  note(text: string): void;
}

/** Runs stages one after another, and keeps their times. */
export interface StageRunner {
  /** Seconds by stage; stages that ran more than once are added up. */
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
  /** Runs one stage. `outcome` puts its result into a few words for the log. */
  run<T>(stage: Stage, work: () => Promise<T>, outcome?: (result: T) => string): Promise<T>;
}

/** @throws MixReleaseError `cancelled`, instead of whatever a stage broke with, once the signal was given */
export function stageRunner(reporter: Reporter, signal: AbortSignal): StageRunner {
  const seconds: Partial<Record<Stage, number>> = {};
  // Rejects when the signal is given, so that no stage can keep a cancelled build waiting.
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
  });
  cancelled.catch(() => undefined);
  return {
    seconds,
    async run(stage, work, outcome) {
      requireNotCancelled(signal, stage);
      const started = performance.now();
      const took = (): number => (performance.now() - started) / 1000;
      reporter.stageStarted(stage);
      try {
        const result = await Promise.race([work(), cancelled]);
        requireNotCancelled(signal, stage);
        seconds[stage] = (seconds[stage] ?? 0) + took();
        reporter.stageEnded(stage, took(), outcome?.(result) ?? '');
        return result;
      } catch (error) {
        reporter.stageEnded(stage, took(), undefined);
        requireNotCancelled(signal, stage);
        throw error;
      }
    },
  };
}

function requireNotCancelled(signal: AbortSignal, stage: Stage): void {
  if (!signal.aborted) return;
  throw new MixReleaseError('cancelled', {
    what: `the build was cancelled during stage ${stage}`,
    next: 'Nothing was published. Run it again when you are ready.',
  });
}
