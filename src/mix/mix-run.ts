import { Readable } from 'node:stream';
import type { Redact } from '../access/redact.js';
import { parseMessage } from '../builder/messages.js';
import type { Command, RunningContainer } from '../engine/container.js';
import { keepLast } from '../engine/lines.js';
import type { MixReleaseError } from '../errors.js';

/** The stages of a build that one run of Mix can go through. */
export type MixStage = 'deps' | 'compile' | 'release';

/** One run of Mix that goes through several stages in one virtual machine. */
export interface MixRun {
  /** What our tasks said so far, by name. */
  readonly facts: ReadonlyMap<string, string>;
  /** Hands on what is printed until a stage begins. Waits are one after another, as the stages are. */
  reached(stage: MixStage): Promise<void>;
  /** Hands on the rest of what is printed, until the run has ended well. */
  finished(): Promise<void>;
}

/** How a run failed: in which stage, with which status, and the last lines that it printed. */
export interface MixFailure {
  readonly stage: MixStage;
  readonly status: number;
  readonly output: readonly string[];
  readonly facts: ReadonlyMap<string, string>;
}

/** What a run is made of. */
export interface MixRunSpec {
  readonly container: RunningContainer;
  readonly command: Command;
  /** The first word of our tasks' messages. */
  readonly mark: string;
  readonly firstStage: MixStage;
  readonly onLine: (line: string) => void;
  /** Hides what may not be seen in a line. */
  readonly redact: Redact;
  /** Told of each fact when it comes; what it throws ends the wait that is under way. */
  readonly onFact?: (name: string, facts: ReadonlyMap<string, string>) => void;
  /** Puts a failure into an error. */
  readonly explain: (failure: MixFailure) => MixReleaseError;
}

const OUTPUT_KEPT = 40;

/** Starts a run. Its failure is thrown by the wait that is under way when it comes. */
export function startMixRun(spec: MixRunSpec): MixRun {
  const { container, command, mark, onLine, redact, explain } = spec;
  const facts = new Map<string, string>();
  const output = keepLast(OUTPUT_KEPT, onLine);
  let stage = spec.firstStage;
  let status = 0;

  // A queue: lines of a stage that nobody waits for yet stay in it.
  const printed = new Readable({ objectMode: true, read: () => undefined });
  container
    .run(command, (line) => printed.push(redact(line)))
    .then(
      (ended) => {
        status = ended;
        printed.push(null);
      },
      (error: unknown) => printed.destroy(error as Error),
    );
  const lines = printed[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;

  async function listen(until: MixStage | undefined): Promise<void> {
    for (;;) {
      const { value: line } = await lines.next();
      if (line === undefined) break;
      const message = parseMessage(line, mark);
      if (message?.kind === 'fact') {
        facts.set(message.name, message.value);
        spec.onFact?.(message.name, facts);
      }
      if (message?.kind === 'stage') {
        stage = message.name as MixStage;
        if (stage === until) return;
      }
      if (!message) output.say(line);
    }
    if (status !== 0 || until !== undefined) throw explain({ stage, status, output: output.last, facts });
  }

  return { facts, reached: listen, finished: () => listen(undefined) };
}
