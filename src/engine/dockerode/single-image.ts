import { speaks } from '../api-version.js';
import type { ImageInfo } from '../engine.js';
import { answeredStatus, engineError, refused } from '../failure.js';
import { consumeProgress } from '../progress.js';
import type { Client } from './client.js';

/** First API version that saves one platform of an image. */
const SAVES_PLATFORM = '1.48';

/** See `Images.single`. */
export async function singleImage(client: Client, image: ImageInfo, reference: string): Promise<string> {
  const { id, platform } = image;
  if (!speaks(client.api, SAVES_PLATFORM) || (await isFound(client, id))) return id;
  const doing = `to copy the image for ${platform} out of ${reference}`;
  const {
    Id: index,
    Os,
    Architecture,
  } = await client.docker
    .getImage(reference)
    .inspect()
    .catch((error: unknown) => {
      throw engineError(error, doing);
    });
  try {
    const [os, architecture] = platform.split('/');
    // By the identifier of the index: an archive with a name would take that name from the index.
    const archive = await client.stream(`/images/${index}/get`, { platform: JSON.stringify({ os, architecture }) });
    await consumeProgress(await client.docker.loadImage(archive, { quiet: true }));
  } catch (error) {
    const failure = engineError(error, doing);
    // An engine that keeps layers for its build cache does not fetch them again, and cannot save what it has not. Its
    // own platform it finds by the index.
    if (`${Os}/${Architecture}` === platform && failure.code === 'engine-error') return index;
    throw failure;
  }
  if (await isFound(client, id)) return id;
  throw refused(doing, `image ${id} is not there afterwards`);
}

async function isFound({ docker }: Client, id: string): Promise<boolean> {
  try {
    await docker.getImage(id).inspect();
    return true;
  } catch (error) {
    if (answeredStatus(error) === 404) return false;
    throw engineError(error, `to look for image ${id}`);
  }
}
