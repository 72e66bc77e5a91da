import { pipeline } from 'node:stream/promises';
import { splitLines } from './lines.js';

/** What the engine tells of in the course of a long answer. */
export interface ProgressEvent {
  /** Printed text, whole lines or parts of them. */
  readonly stream?: string;
  readonly aux?: { readonly ID?: string };
  /** The end of it all: the status of the answer was sent long before. */
  readonly error?: string;
}

/**
 * Follows a long answer of the engine, one JSON object a line, to its end.
 *
 * @throws Error with the text of the error that an event tells of; the client's own `followProgress` passes over those
 */
export async function consumeProgress(
  progress: NodeJS.ReadableStream,
  onEvent: (event: ProgressEvent) => void = () => undefined,
): Promise<void> {
  let failure: string | undefined;
  const lines = splitLines((line) => {
    if (line.trim() === '') return;
    const event = eventOf(line);
    failure ??= event.error;
    onEvent(event);
  });
  await pipeline(progress, lines);
  if (failure !== undefined) throw new Error(failure);
}

/** What is no event is the end, too: a proxy's page in the middle of an answer, say. */
function eventOf(line: string): ProgressEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null) return event;
  } catch {
    // No JSON is no event, as JSON of another kind is.
  }
  return { error: `the engine said what is no event: ${line.slice(0, 200)}` };
}
