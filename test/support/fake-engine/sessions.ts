import type { Command, RunningContainer, RunningService, StillContainer } from '../../../src/engine/container.js';

/** A command that was made and perhaps started. */
export interface Exec {
  readonly container: RunningContainer;
  readonly command: Command;
  readonly talks: boolean;
  /** Undefined while it runs. */
  status?: number;
  /** Whether its container went away under it. */
  gone?: boolean;
}

/** A container that was created: it runs, or it fails when it is to start. */
export type Created =
  | { readonly running: RunningContainer }
  | { readonly still: StillContainer }
  | { readonly service: RunningService }
  | { readonly failure: Error };

/** What a server of the fake engine keeps between requests. */
export interface Sessions {
  readonly containers: Map<string, Created>;
  readonly execs: Map<string, Exec>;
}

export function newSessions(): Sessions {
  return { containers: new Map(), execs: new Map() };
}
