import { BUILD_ROOT } from '../../builder/layout.js';
import type { Builder } from '../../builder/builder.js';
import type { RunningContainer } from '../../engine/container.js';
import { isConflict } from '../../engine/failure.js';
import { labels, RUN_LABEL } from '../../engine/labels.js';
import type { Run } from '../../pipeline/run.js';
import { settingsNotes, settingsRefused } from './settings.js';
import { freshState, keptState, type StateVolume } from './volumes.js';

/** The build container, which runs. It goes when the run ends, or earlier by `end`. */
export interface Session {
  readonly container: RunningContainer;
  /**
   * Removes it now. Never rejects.
   *
   * @param savesState - whether the state of this run is to be saved: it stays until the run is reaped then. State that
   *   is kept for the next build stays in any case.
   */
  end(savesState: boolean): Promise<void>;
}

/**
 * Starts the build container. A second build of the same project and target at the same time does not share the first
 * one's state: it takes a fresh one, says so, and removes it at the end.
 */
export async function openSession(run: Run, builder: Builder): Promise<Session> {
  const { engine, cleanup, signal } = run;
  for (const note of settingsNotes(run.request)) run.log.note(note);
  const { container, discard, unlessSaved } = await start(run, builder);
  const kill = (): void => run.background.adopt(container.kill());
  signal.addEventListener('abort', kill);
  const remove = async (volume: string | undefined): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await container[Symbol.asyncDispose]();
    if (volume !== undefined) await engine.volumes.remove(volume);
  };
  const removeNow = cleanup.defer(`container ${container.id.slice(0, 12)}`, () => remove(discard));
  if (signal.aborted) await container.kill();
  return { container, end: (savesState) => removeNow(() => remove(discard ?? (savesState ? undefined : unlessSaved))) };
}

interface Started {
  readonly container: RunningContainer;
  /** The volume that has to go with the container, if any. */
  readonly discard?: string;
  /** The volume that has to go unless it is saved. */
  readonly unlessSaved?: string;
}

async function start(run: Run, builder: Builder): Promise<Started> {
  const { keepState, request, log } = run;
  const fresh = freshState(run.id);
  if (keepState && request.cache === 'false') {
    return { container: await startWith(run, builder, fresh), discard: fresh.name };
  }
  if (!keepState) return { container: await startWith(run, builder, fresh), unlessSaved: fresh.name };
  try {
    return { container: await startWith(run, builder, keptState(request, builder)) };
  } catch (error) {
    if (!isConflict(error)) throw error;
    log.note(
      'another build of this project and target is running: this one starts from a fresh state, which takes longer',
    );
    return { container: await startWith(run, builder, fresh), discard: fresh.name };
  }
}

async function startWith(
  { engine, request, id }: Run,
  builder: Builder,
  state: StateVolume,
): Promise<RunningContainer> {
  const stateLabels = state.lock === undefined ? labels('state', id) : { ...labels('state', id), [RUN_LABEL]: '' };
  const spec = {
    image: builder.tag,
    ...(state.lock === undefined ? {} : { name: state.lock }),
    platform: request.target.platform,
    user: 'builder',
    labels: labels('build', id),
    volume: { name: state.name, path: BUILD_ROOT, labels: stateLabels },
    options: request.container,
  };
  try {
    return await engine.containers.start(spec);
  } catch (error) {
    throw isConflict(error) ? error : settingsRefused(error, request.container);
  }
}
