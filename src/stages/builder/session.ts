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
   * Starts another container on the same state volume, which goes with this one.
   *
   * @param image - a tag or an identifier in the engine
   * @param platform - of the image
   */
  beside(image: string, platform: string): Promise<RunningContainer>;
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
  const { container, volume: name, discard, unlessSaved } = await start(run, builder);
  const beside: RunningContainer[] = [];
  const kill = (): void => [container, ...beside].forEach((each) => run.background.adopt(each.kill()));
  signal.addEventListener('abort', kill);
  const remove = async (volume: string | undefined): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await Promise.all([container, ...beside].map((each) => each[Symbol.asyncDispose]()));
    if (volume !== undefined) await engine.volumes.remove(volume);
  };
  const removeNow = cleanup.defer(`container ${container.id.slice(0, 12)}`, () => remove(discard));
  if (signal.aborted) await container.kill();
  const startBeside = async (image: string, platform: string): Promise<RunningContainer> => {
    const started = await engine.containers.start({
      ...{ image, platform, user: 'builder', labels: labels('build', run.id) },
      volume: { name, path: BUILD_ROOT, labels: {} },
      options: run.request.container,
    });
    beside.push(started);
    if (signal.aborted) await started.kill();
    return started;
  };
  return {
    container,
    beside: startBeside,
    end: (savesState) => removeNow(() => remove(discard ?? (savesState ? undefined : unlessSaved))),
  };
}

interface Started {
  readonly container: RunningContainer;
  /** The name of the state volume. */
  readonly volume: string;
  /** The volume that has to go with the container, if any. */
  readonly discard?: string;
  /** The volume that has to go unless it is saved. */
  readonly unlessSaved?: string;
}

async function start(run: Run, builder: Builder): Promise<Started> {
  const { keepState, request, log } = run;
  const fresh = freshState(run.id);
  if (keepState && request.cache === 'false') {
    return { container: await startWith(run, builder, fresh), volume: fresh.name, discard: fresh.name };
  }
  if (!keepState) {
    return { container: await startWith(run, builder, fresh), volume: fresh.name, unlessSaved: fresh.name };
  }
  const kept = keptState(request, builder);
  try {
    return { container: await startWith(run, builder, kept), volume: kept.name };
  } catch (error) {
    if (!isConflict(error)) throw error;
    log.note(
      'another build of this project and target is running: this one starts from an empty build cache, which takes longer',
    );
    return { container: await startWith(run, builder, fresh), volume: fresh.name, discard: fresh.name };
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
