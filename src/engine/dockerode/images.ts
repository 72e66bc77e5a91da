import type Docker from 'dockerode';
import { speaks } from '../api-version.js';
import type { ImageInfo, Images, TransferOptions } from '../engine.js';
import { answeredStatus, engineError } from '../failure.js';
import { consumeProgress } from '../progress.js';
import { abortable } from './abortable.js';
import { imageBuilds } from './build.js';
import type { Client } from './client.js';
import { hasLabels, labelFilter } from './labels.js';
import { singleImage } from './single-image.js';

/** First API versions that tell the platforms of one name apart, by what is requested. */
const PLATFORMS = { push: '1.46', list: '1.47', inspect: '1.49' };

/** @param command - the environment of the `docker` command; undefined for an engine that has no BuildKit */
export function dockerImages(client: Client, command?: Readonly<Record<string, string | undefined>>): Images {
  const { docker } = client;
  const images: Omit<Images, 'buildKit' | 'build'> = {
    inspect: (reference, platform) => inspect(client, reference, platform),
    list: (filter) => list(client, filter),
    single: (image, reference) => singleImage(client, image, reference),
    pull: (reference, options) => pull(docker, reference, options),
    push: (reference, options) => push(client, reference, options),
    tag: async (image, { repository, tag }) => {
      await failing(`to name an image ${repository}:${tag}`, docker.getImage(image).tag({ repo: repository, tag }));
    },
    remove: (reference, options = {}) => remove(client, reference, options),
  };
  return { ...images, ...imageBuilds(client, command, images) };
}

async function failing<T>(doing: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw engineError(error, doing);
  }
}

async function inspect(
  client: Client,
  reference: string,
  platform: string | undefined,
): Promise<ImageInfo | undefined> {
  const apart = platform !== undefined && speaks(client.api, PLATFORMS.inspect);
  try {
    if (!apart) return infoOf(await client.docker.getImage(reference).inspect());
    const query = { platform: platformJson(platform) };
    return infoOf((await client.get(`/images/${reference}/json`, query)) as Docker.ImageInspectInfo);
  } catch (error) {
    if (answeredStatus(error) !== 404) throw engineError(error, `to look for image ${reference}`);
    // There may be one for another platform, which is an answer, too.
    return apart ? inspect(client, reference, undefined) : undefined;
  }
}

function infoOf(found: Docker.ImageInspectInfo): ImageInfo {
  const { Id, Os, Architecture, RepoTags, RepoDigests, Config, Descriptor } = found;
  const config = Config as Partial<Docker.ImageInspectInfo['Config']> | null;
  const searchPath = (config?.Env as readonly string[] | null | undefined)?.find((each) => each.startsWith('PATH='));
  return {
    id: Id,
    platform: Os === '' || Architecture === '' ? '' : `${Os}/${Architecture}`,
    // Only the containerd image store has descriptors; that of an index is `…manifest.list.…` or `…index.…`.
    ...(Descriptor && /\bmanifest\.v\d/.test(Descriptor.mediaType) && { manifest: Descriptor.digest }),
    names: orNone(RepoTags),
    digests: orNone(RepoDigests),
    labels: config?.Labels ?? {},
    ...(searchPath !== undefined && { searchPath: searchPath.slice('PATH='.length).split(':') }),
  };
}

/** Null in the answers of some engines, whatever the types say. */
function orNone(list: readonly string[] | null | undefined): readonly string[] {
  return (list ?? []).filter((name) => !name.startsWith('<none>'));
}

interface ListedManifests {
  readonly Manifests?: readonly { readonly ImageData?: { readonly Platform?: PlatformFields } }[] | null;
}

interface PlatformFields {
  readonly os?: string;
  readonly architecture?: string;
}

async function list({ docker, api }: Client, filter: Parameters<Images['list']>[0]): ReturnType<Images['list']> {
  const { labels = {}, reference, platform } = filter;
  const apart = platform !== undefined && speaks(api, PLATFORMS.list);
  const filters = { ...labelFilter(labels), ...(reference !== undefined && { reference: [reference] }) };
  const found = await failing('to list images', docker.listImages({ filters, ...(apart && { manifests: true }) }));
  const fits = ({ Manifests }: ListedManifests): boolean => {
    if (!apart || !Manifests) return true;
    return Manifests.some(({ ImageData }) => {
      const { os = '', architecture = '' } = ImageData?.Platform ?? {};
      return `${os}/${architecture}` === platform;
    });
  };
  return found
    .filter((image) => fits(image as ListedManifests))
    .map(({ Id, RepoTags, Labels }) => ({
      id: Id,
      names: orNone(RepoTags),
      labels: (Labels as Record<string, string> | null) ?? {},
    }))
    .filter((image) => hasLabels(image.labels, labels));
}

async function pull(docker: Docker, reference: string, options: TransferOptions): Promise<void> {
  const { platform, login, signal } = options;
  const asked = { platform, abortSignal: signal, ...(login && { authconfig: login }) };
  await abortable(signal, `to pull image ${reference}`, async () => {
    await consumeProgress(await docker.pull(withTag(reference), asked));
  });
}

/** A reference without a tag or a digest means every tag to the engine's API, and `latest` to everybody else. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(name) ? reference : `${reference}:latest`;
}

async function push({ docker, api }: Client, reference: string, options: TransferOptions): Promise<void> {
  const { platform, login, signal } = options;
  await abortable(signal, `to push image ${reference}`, async () => {
    const progress = await docker.getImage(reference).push({
      abortSignal: signal,
      // The engine takes no push without a login, be it an empty one.
      authconfig: login ?? { username: '', password: '' },
      ...(speaks(api, PLATFORMS.push) && { platform: platformJson(platform) }),
    });
    await consumeProgress(progress);
  });
}

async function remove(
  { docker }: Client,
  reference: string,
  { force = false, keepParents = false }: { readonly force?: boolean; readonly keepParents?: boolean },
): Promise<void> {
  try {
    await docker.getImage(reference).remove({ ...(force && { force }), ...(keepParents && { noprune: true }) });
  } catch (error) {
    if (answeredStatus(error) !== 404) throw engineError(error, `to remove image ${reference}`);
  }
}

function platformJson(platform: string): string {
  const [os, architecture] = platform.split('/');
  return JSON.stringify({ os, architecture });
}
