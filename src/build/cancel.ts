/**
 * A signal that is given on SIGINT or SIGTERM. The second of them ends the program at once, for the case that
 * cleaning up hangs; the container then ends by itself, because our connection to it does.
 */
export function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  const cancel = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return controller.signal;
}
