import { MixReleaseError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import { reasonOf } from '../engine/failure.js';
import { tagImage } from './image.js';
import { login, pullImage, type PullContext } from './pull.js';

/** What an image is pulled and pushed with, and where a person reads what became of it. */
interface ShareContext extends PullContext {
  readonly note: (text: string) => void;
}

/** The name that a builder image has in the repository of a team. */
function sharedName(repository: string, tag: string): string {
  return `${repository}:${tag.slice(tag.lastIndexOf(':') + 1)}`;
}

/**
 * Takes a builder image from the repository of a team, under its tag here.
 *
 * @returns whether it was there; a repository that does not answer is said, and the image is made here
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

/** Gives a new builder image to the repository of a team. Where that is not allowed, it is said, and the build goes on. */
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
