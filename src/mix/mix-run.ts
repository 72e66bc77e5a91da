import { Readable } from 'node:stream';
import type { Redact } from '../access/redact.js';
import { parseMessage } from '../builder/messages.js';
import type { Command, RunningContainer } from '../engine/container.js';
import { keepLast } from '../engine/lines.js';
import type { MixReleaseError } from '../errors.js';

/** The stages that one run of Mix can cover. */
export type MixStage = 'deps' | 'compile' | 'natives' | 'release';

/** One run of Mix that covers several stages in one BEAM instance. */
export interface MixRun {
  /** The facts from our tasks so far, by name. */
  readonly facts: ReadonlyMap<string, string>;
  /** Passes output on until a stage begins. Waits must be sequential, like the stages. */
  reached(stage: MixStage): Promise<void>;
  /** Passes the rest of the output on, until the run has succeeded. */
  finished(): Promise<void>;
}

/** The failure of a run: its stage, its exit status, and the last lines of output. */
export interface MixFailure {
  readonly stage: MixStage;
  readonly status: number;
  readonly output: readonly string[];
  /** More lines of the failed stage alone, in which its cause is looked for. */
  readonly ofStage: readonly string[];
  /** The last lines before them: an error may arrive before the message of the stage that it is of. */
  readonly beforeStage: readonly string[];
  readonly facts: ReadonlyMap<string, string>;
}

/** A run to start. */
export interface MixRunSpec {
  readonly container: RunningContainer;
  readonly command: Command;
  /** The first word of our tasks' messages. */
  readonly mark: string;
  readonly firstStage: MixStage;
  readonly onLine: (line: string) => void;
  /** Hides secrets in a line. */
  readonly redact: Redact;
  /** Called for each fact when it arrives; an error that it throws rejects the current wait. */
  readonly onFact?: (name: string, facts: ReadonlyMap<string, string>) => void;
  /** Converts a failure to an error. */
  readonly explain: (failure: MixFailure) => MixReleaseError;
}

const MAX_OUTPUT = 40;
/** A compiler's error may come long before the last line: other files are compiled beside it. */
const MAX_OF_STAGE = 400;

/** Starts a run. Its failure rejects the current wait. */
export function startMixRun(spec: MixRunSpec): MixRun {
  const { container, command, mark, onLine, redact, explain } = spec;
  const facts = new Map<string, string>();
  const output = keepLast(MAX_OUTPUT, onLine);
  let ofStage = keepLast(MAX_OF_STAGE, output.say);
  let beforeStage: readonly string[] = [];
  let stage = spec.firstStage;
  let status = 0;

  // A queue: it keeps the lines of stages that are not awaited yet.
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
        beforeStage = [...output.last];
        ofStage = keepLast(MAX_OF_STAGE, output.say);
        if (stage === until) return;
      }
      if (!message) ofStage.say(line);
    }
    if (status !== 0 || until !== undefined) {
      throw explain({ stage, status, output: output.last, ofStage: ofStage.last, beforeStage, facts });
    }
  }

  return { facts, reached: listen, finished: () => listen(undefined) };
}
