import { messageOf } from '../../errors.js';
import type { Builder } from '../../builder/builder.js';
import type { RunningContainer } from '../../engine/container.js';
import type { Engine } from '../../engine/engine.js';
import { isConflict } from '../../engine/failure.js';
import { labels, RUN_LABEL } from '../../engine/labels.js';
import { STATE } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import { freshState, keptState, type StateVolume } from '../cache/key.js';

/** A build container that runs. */
export interface Session extends AsyncDisposable {
  readonly container: RunningContainer;
  /**
   * Ends it, as at the end of its scope.
   *
   * @param stateIsNotNeeded - whether the state of this run is not to be saved: it goes with the container then, else
   *   when the run is reaped. State that is kept for the next build stays in any case.
   */
  end(stateIsNotNeeded: boolean): Promise<void>;
}

/** Whose a build is, and whether its state stays for the next one. */
export interface SessionSpec {
  readonly request: BuildRequest;
  readonly builder: Builder;
  readonly run: string;
  readonly keepState: boolean;
}

/**
 * Starts the build container. A second build of the same project and target at the same time does not share the first
 * one's state: it takes a fresh one, says so, and removes it at the end.
 */
export async function openSession(
  engine: Engine,
  spec: SessionSpec,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Session> {
  const { container, discard, unlessSaved } = await start(engine, spec, note);
  const kill = (): void => void container.kill().catch(() => undefined);
  signal.addEventListener('abort', kill);
  const close = async (volume: string | undefined): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await container[Symbol.asyncDispose]();
    if (volume === undefined) return;
    try {
      await engine.volumes.remove(volume);
    } catch (error) {
      // What is done is done; the volume is found again by its labels.
      note(`volume ${volume} is left: ${messageOf(error)}; mix-release clean removes it`);
    }
  };
  let closing: Promise<void> | undefined;
  const end = (stateIsNotNeeded: boolean): Promise<void> =>
    (closing ??= close(discard ?? (stateIsNotNeeded ? unlessSaved : undefined)));
  if (signal.aborted) await container.kill();
  return { container, end, [Symbol.asyncDispose]: () => end(false) };
}

interface Started {
  readonly container: RunningContainer;
  /** The volume that has to go with the container, if any. */
  readonly discard?: string;
  /** The volume that has to go unless it is saved. */
  readonly unlessSaved?: string;
}

async function start(engine: Engine, spec: SessionSpec, note: (text: string) => void): Promise<Started> {
  const fresh = freshState(spec.run);
  if (spec.keepState && spec.request.cache === 'false') {
    return { container: await startWith(engine, spec, fresh), discard: fresh.name };
  }
  if (!spec.keepState) return { container: await startWith(engine, spec, fresh), unlessSaved: fresh.name };
  try {
    return { container: await startWith(engine, spec, keptState(spec.request, spec.builder)) };
  } catch (error) {
    if (!isConflict(error)) throw error;
    note('another build of this project and target is running: this one starts from a fresh state, which takes longer');
    return { container: await startWith(engine, spec, fresh), discard: fresh.name };
  }
}

function startWith(engine: Engine, spec: SessionSpec, state: StateVolume): Promise<RunningContainer> {
  const { request, builder, run } = spec;
  const stateLabels = state.lock === undefined ? labels('state', run) : { ...labels('state', run), [RUN_LABEL]: '' };
  return engine.containers.start({
    image: builder.tag,
    ...(state.lock === undefined ? {} : { name: state.lock }),
    platform: request.target.platform,
    user: 'builder',
    labels: labels('build', run),
    volume: { name: state.name, path: STATE, labels: stateLabels },
  });
}
