import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

/** A failed call of an engine. */
export class EngineError extends MixReleaseError {
  /** What the engine or the connection gave as the reason, without our words around it. */
  readonly reason: string;
  /** The HTTP status of its answer; undefined where it gave none. */
  readonly status: number | undefined;
  /** Whether it was the container that went away, and not the engine. */
  readonly containerGone: boolean;

  constructor(
    code: 'engine-connection-lost' | 'engine-error',
    text: { readonly what: string; readonly next: string; readonly reason: string },
    facts: { readonly status?: number | undefined; readonly containerGone?: boolean; readonly cause?: unknown } = {},
  ) {
    super(code, { what: text.what, next: text.next, cause: facts.cause });
    this.reason = text.reason;
    this.status = facts.status;
    this.containerGone = facts.containerGone ?? false;
  }
}

/** @param doing - what was requested, such as `to pull an image` */
export function refused(doing: string, reason: string, status?: number, cause?: unknown): EngineError {
  const what = `the container engine refused ${doing}: ${reason}`;
  const next = 'Read the message of the engine above; `docker info` shows its state.';
  return new EngineError('engine-error', { what, next, reason }, { status, cause });
}

/** @param doing - what was requested, such as `to pull an image` */
export function lost(doing: string, reason: string, cause?: unknown): EngineError {
  const what = `the container engine stopped answering a request ${doing} (${reason})`;
  const next = 'Look at the log of the engine (`journalctl -u docker`), start it again and repeat the build.';
  return new EngineError('engine-connection-lost', { what, next, reason }, { cause });
}

/** @param doing - what was requested, such as `to run mix` */
export function containerGone(doing: string, status?: number, cause?: unknown): EngineError {
  const what = `the container went away during a request ${doing}`;
  const next =
    'Something outside ended it: look for the out-of-memory killer (`dmesg`), a `docker kill` or a restart of the engine.';
  const reason = cause === undefined ? 'the container is gone' : messageOf(cause);
  return new EngineError('engine-connection-lost', { what, next, reason }, { status, containerGone: true, cause });
}

const LOST = new Set([
  ...['ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'EPIPE'],
  ...['ETIMEDOUT', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE'],
]);

/** What an error of the engine's API or its connection means; errors of ours pass as they are. */
export function engineError(thrown: unknown, doing: string): MixReleaseError {
  if (thrown instanceof MixReleaseError) return thrown;
  const code = systemErrorCode(thrown);
  const reason = messageOf(thrown);
  if ((code !== undefined && LOST.has(code)) || reason === 'socket hang up') return lost(doing, reason, thrown);
  return refused(doing, reason, answeredStatus(thrown), thrown);
}

/** As `engineError`; a name that is taken is a conflict by its status, which is another one of Podman's. */
export function conflictOr(thrown: unknown, doing: string): MixReleaseError {
  const reason = messageOf(thrown);
  const taken = answeredStatus(thrown) === 500 && /already (?:in use|used|exists)/.test(reason);
  return taken ? refused(doing, reason, 409, thrown) : engineError(thrown, doing);
}

/** The status that the engine's client puts on its errors. */
export function answeredStatus(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

/** The HTTP status of the engine's answer, or undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof EngineError ? error.status : undefined;
}

/** Whether what was requested collides with what is there: a name that is taken, a volume that is used. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** Whether the engine knows nothing of that name. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** What an engine gave as its reason, without our words around it; any other error's message. */
export function reasonOf(error: unknown): string {
  return error instanceof EngineError ? error.reason : messageOf(error);
}
