import type { Engine } from '../../engine/engine.js';
import type { Environment } from '../../environment.js';
import { MixReleaseError, messageOf } from '../../errors.js';
import type { ConfigFile } from '../../options/file/config-file.js';
import type { Fetch } from '../../registry/network.js';

/** How one look ended: `warning` is what some builds need and others do not, `failed` what stops most of them. */
export type Status = 'ok' | 'warning' | 'failed';

/** What one look found. */
export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly text: string;
  /** What to do; undefined where there is nothing to do. */
  readonly next?: string;
}

/** What the doctor looks at, and with. */
export interface Patient {
  readonly env: Environment;
  /** The version of this program. */
  readonly version: string;
  readonly node: string;
  readonly connect: () => Promise<Engine>;
  /** By the proxy of the environment. */
  readonly fetch: () => Fetch;
  /** Bytes of the file system of a directory. */
  readonly space: (directory: string) => Promise<{ readonly free: number; readonly size: number }>;
  /** Lines that a program prints, when it ends with 0. */
  readonly run: (program: string, args: readonly string[], signal: AbortSignal) => Promise<readonly string[]>;
  /** What this kernel runs by emulators: the text of each entry, by its name. Fails where there is no such list. */
  readonly emulators: () => Promise<Readonly<Record<string, string>>>;
  /** The mix-release.toml of the current directory; undefined where there is none. Fails where it cannot be used. */
  readonly options: () => Promise<ConfigFile | undefined>;
  /** Milliseconds that each look may take. */
  readonly limit: number;
}

/** One look. The engine is the same for all; without one, those that need it are left out. */
export interface Look {
  readonly name: string;
  readonly needsEngine: boolean;
  readonly at: (patient: Patient, signal: AbortSignal, engine: Promise<Engine>) => Promise<Omit<Check, 'name'>>;
}

/** What a look finds in its time. No failure of one ends the others. */
export async function lookAt(look: Look, patient: Patient, engine: Promise<Engine>): Promise<Check> {
  const signal = AbortSignal.timeout(patient.limit);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${String(patient.limit / 1000)} s`)));
  });
  try {
    return { name: look.name, ...(await Promise.race([look.at(patient, signal, engine), late])) };
  } catch (error) {
    const next = error instanceof MixReleaseError ? error.next : undefined;
    return { name: look.name, status: 'failed', text: messageOf(error), ...(next !== undefined && { next }) };
  }
}
