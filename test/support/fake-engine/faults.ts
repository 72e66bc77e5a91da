import { setTimeout as sleep } from 'node:timers/promises';
import { lost, refused } from '../../../src/engine/failure.js';

/** The calls of an engine, by which they are logged and made to fail. */
export type CallName =
  | `images.${'inspect' | 'list' | 'single' | 'pull' | 'push' | 'tag' | 'build' | 'remove'}`
  | `containers.${'start' | 'create' | 'startService' | 'attach' | 'list' | 'remove'}`
  | 'service.state'
  | `container.${'run' | 'talk' | 'put' | 'get' | 'kill'}`
  | `volumes.${'create' | 'inspect' | 'list' | 'remove'}`
  | `networks.${'create' | 'list' | 'remove'}`;

/** One call that was made. */
export interface Call {
  readonly name: CallName;
  /** What it was about: a reference, a name, a path, the title of a command. */
  readonly about: string;
}

/** How a call fails. */
export type Fault =
  | { readonly kind: 'refuse'; readonly status: number; readonly reason: string }
  /**
   * The connection breaks: before anything happens, or midway. Midway, what streams has come in part, and what does not
   * has happened, with the answer lost.
   */
  | { readonly kind: 'break'; readonly when: 'before' | 'midway' }
  /** No answer ever comes: the call ends with its signal, or when the engine is disposed of. */
  | { readonly kind: 'hang' }
  /** The answer comes, later: so many milliseconds. */
  | { readonly kind: 'late'; readonly milliseconds: number };

/** The reason of a connection that broke in the middle of an answer. */
export const MIDWAY = 'aborted';

/** Which calls a fault is for. */
export interface FaultOptions {
  /** How many of them; all of them unless given. */
  readonly times?: number;
  readonly about?: string | RegExp;
}

interface Planned {
  readonly name: CallName;
  readonly fault: Fault;
  readonly about: string | RegExp | undefined;
  left: number;
}

/** The log of calls, and the faults that they meet. */
export class Faults {
  readonly calls: Call[] = [];
  readonly #planned: Planned[] = [];
  readonly #disposed = Promise.withResolvers<never>();
  #closed = false;

  constructor() {
    this.#disposed.promise.catch(() => undefined);
  }

  /** Makes calls of a name fail from now on. */
  fail(name: CallName, fault: Fault, { times = Infinity, about }: FaultOptions = {}): void {
    this.#planned.push({ name, fault, about, left: times });
  }

  /** What waits fails as lost, as where every connection is broken; a later call is a mistake of the program. */
  close(): void {
    this.#closed = true;
    this.#disposed.reject(lost('that was open', 'the engine was disposed of'));
  }

  /**
   * Makes a call.
   *
   * @param effect - what it does and gives; `midway` where its connection breaks in its middle, so that what streams can
   *   stop there
   * @param options - `answerStreams` where what it gives is a stream that breaks by itself
   */
  async call<T>(
    call: Call,
    effect: (midway: boolean) => Promise<T> | T,
    { signal, answerStreams = false }: { readonly signal?: AbortSignal; readonly answerStreams?: boolean } = {},
  ): Promise<T> {
    if (this.#closed) throw new Error(`${call.name} (${call.about}) of an engine that was disposed of`);
    this.calls.push(call);
    signal?.throwIfAborted();
    const doing = `for ${call.name}`;
    const fault = this.#next(call);
    if (fault?.kind === 'refuse') throw refused(doing, fault.reason, fault.status);
    if (fault?.kind === 'break' && fault.when === 'before') throw lost(doing, 'read ECONNRESET');
    if (fault?.kind === 'hang') return this.#until(new Promise<never>(() => undefined), signal);
    if (fault?.kind === 'late') await this.#until(sleep(fault.milliseconds, undefined, { ref: false }), signal);
    const midway = fault?.kind === 'break';
    const work = this.#until(new Promise<T>((resolve) => resolve(effect(midway))), signal);
    if (!midway || answerStreams) return work;
    // Whatever it comes to, nobody learns of it.
    await Promise.allSettled([work]);
    throw lost(doing, MIDWAY);
  }

  async #until<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work, aborted, this.#disposed.promise]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #next({ name, about }: Call): Fault | undefined {
    const planned = this.#planned.find((each) => each.left > 0 && each.name === name && isAbout(each.about, about));
    if (!planned) return undefined;
    planned.left -= 1;
    return planned.fault;
  }
}

function isAbout(wanted: string | RegExp | undefined, about: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === about : wanted.test(about);
}
