import { MixReleaseError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import { reasonOf } from '../engine/failure.js';
import { tagImage } from './image.js';
import { login, pullImage, type PullContext } from './pull.js';

/** What pulling and pushing a builder image needs. */
interface ShareContext extends PullContext {
  /** Prints a note for the user. */
  readonly note: (text: string) => void;
}

/** The name of a builder image in the team's repository. */
function sharedName(repository: string, tag: string): string {
  return `${repository}:${tag.slice(tag.lastIndexOf(':') + 1)}`;
}

/**
 * Pulls a builder image from the team's repository and gives it its local tag.
 *
 * @returns whether the image was pulled; an outage of the registry is only a note, because the image can be built
 */
export async function pullShared(
  engine: Engine,
  repository: string,
  tag: string,
  platform: string,
  context: ShareContext,
): Promise<boolean> {
  const name = sharedName(repository, tag);
  try {
    await pullImage(engine, name, platform, context);
  } catch (error) {
    if (!(error instanceof MixReleaseError) || !['image-not-found', 'image-registry-outage'].includes(error.code)) {
      throw error;
    }
    if (error.code !== 'image-not-found') context.note(`builder-repository: ${error.message}`);
    return false;
  }
  await tagImage(engine, name, tag);
  return true;
}

/** Pushes a new builder image to the team's repository. A failure is only a note, and the build continues. */
export async function pushShared(
  engine: Engine,
  repository: string,
  tag: string,
  platform: string,
  context: ShareContext,
): Promise<void> {
  const name = sharedName(repository, tag);
  const { signal, note } = context;
  await tagImage(engine, tag, name);
  try {
    await engine.images.push(name, { platform, login: await login(name, context), signal });
    note(`pushed the builder image to ${name}`);
  } catch (error) {
    await engine.images.remove(name, { keepParents: true });
    signal.throwIfAborted();
    note(`the builder image was not pushed to ${name}: ${reasonOf(error)}`);
  }
}
