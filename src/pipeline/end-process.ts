/** Milliseconds for what is still open when all work is done: a connection that an engine does not close, for example. */
const LIMIT = 2000;

/**
 * Sets the exit status of this process. It ends by itself, or else after two seconds: nothing that is still open may keep
 * a terminal or a workflow waiting.
 */
export function endProcess(status: number | string | null | undefined): void {
  process.exitCode = status ?? 0;
  setTimeout(() => process.exit(), LIMIT).unref();
}
