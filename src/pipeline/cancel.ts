/** Milliseconds that cleaning up may take; a runner waits 7.5 s before it asks again, and then does not ask. */
const PATIENCE = 6500;

/**
 * A signal that is given on SIGINT or SIGTERM. A second one, or cleaning up that hangs, ends the program at once; the
 * container then ends by itself, because our connection to it does.
 */
export function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  const cancel = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    setTimeout(() => process.exit(130), PATIENCE).unref();
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return controller.signal;
}
