import { engineError } from '../failure.js';

/** Makes a call of the engine; the signal's own reason counts before what it does to the connection. */
export async function abortable(signal: AbortSignal, doing: string, call: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  try {
    await call();
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error, doing);
  }
}
