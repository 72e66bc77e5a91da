import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { valueIn } from '../json.js';
import { splitLines } from './lines.js';

const EVENT = v.object({
  /** Printed text, whole lines or parts of them. */
  stream: v.optional(v.string()),
  aux: v.optional(v.object({ ID: v.optional(v.string()) })),
  /** The end of the answer: its status was sent long before. */
  error: v.optional(v.string()),
  /** Newer engines have the text of the error here alone. */
  errorDetail: v.optional(v.object({ message: v.optional(v.string()) })),
});

/** One event of a long answer of the engine. */
export type ProgressEvent = Readonly<v.InferOutput<typeof EVENT>>;

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
    failure ??= event.error ?? event.errorDetail?.message;
    onEvent(event);
  });
  await pipeline(progress, lines);
  if (failure !== undefined) throw new Error(failure);
}

/** A line that is no event ends the answer, too, such as a proxy's page in the middle of it. */
function eventOf(line: string): ProgressEvent {
  return valueIn(EVENT, line) ?? { error: `the engine sent a line that is no event: ${line.slice(0, 200)}` };
}
