import type { Engine } from '../engine/engine.js';
import { HEXPM_REPOSITORY, type ListedTag } from '../registry/candidates.js';
import { rankTags } from '../registry/choose.js';
import { findImage } from '../registry/find.js';
import { credentialsFor } from '../registry/credentials.js';
import { parseTag } from '../registry/hexpm-tags.js';
import { formatReference } from '../registry/reference.js';
import { readVersionDirectories, readVersionFileAt } from '../versions/directories.js';
import { findVersions } from '../versions/files.js';
import { parseElixirVersion, parseOtpVersion } from '../versions/parse.js';
import type { Target } from '../targets/table.js';
import { resolveWanted, type WantedVersions } from '../versions/resolve.js';
import { planImage, type PlannedImage } from './image-wish.js';
import type { BuildRequest } from './request.js';

/** What a look-up outside needs. */
export interface LookUp {
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note: (text: string) => void;
}

/**
 * The base image of a build: the one that was named; else the best one that has the versions that were asked for, first
 * among those in the engine, without any request, then among those that are published; else the target's default.
 *
 * @throws MixReleaseError with exit status 2 for versions that cannot be, 4 for an image that is not to be had
 */
export async function chooseImage(engine: Engine, request: BuildRequest, look: LookUp): Promise<string> {
  const { image, target, os } = request;
  if (image !== undefined) return image;
  const arch = target.platform.replace(/^.*\//, '');
  const asked = await wantedVersions(request);
  const nobodyAsks = asked.elixir === undefined && asked.otp === undefined;
  if (nobodyAsks && os === undefined && target.fallback.image !== undefined) return target.fallback.image;
  const system = os ?? { os: target.systems[0], release: target.systemRelease };
  const planned = planImage(nobodyAsks ? fallbackVersions(target.fallback) : asked, system, arch);
  for (const reason of planned.why) look.note(reason);
  const local = localChoice(await localTags(engine), planned);
  if (local !== undefined) return `${HEXPM_REPOSITORY}:${local.tag}`;
  look.note(`no image in the engine has these versions: asking which are published`);
  const { reference } = await findImage(planned.wish, planned.order, {
    signal: look.signal,
    credentials: (image) => credentialsFor(image, { env: look.env, signal: look.signal, onWarning: look.note }),
  });
  // Tags of this repository are never moved, so that the tag names the image as well as its digest does.
  return formatReference({ host: reference.host, path: reference.path, ...(reference.tag && { tag: reference.tag }) });
}

function fallbackVersions(fallback: Target['fallback']): WantedVersions {
  const origin = 'the default of the target';
  return { elixir: parseElixirVersion(fallback.elixir, origin), otp: parseOtpVersion(fallback.otp, origin) };
}

/** The best of the images in the engine, if one fits. */
export function localChoice(tags: readonly ListedTag[], { wish, order }: PlannedImage): ListedTag | undefined {
  return rankTags(tags, wish, order)[0];
}

async function wantedVersions({ versions, project, checkout }: BuildRequest): Promise<WantedVersions> {
  const { elixir, otp, file } = versions;
  const nothing = { elixir: undefined, otp: undefined };
  // A file that nobody needs cannot fail the build.
  const needless = file !== undefined || (elixir !== undefined && otp !== undefined);
  return resolveWanted({
    elixirInput: elixir,
    otpInput: otp,
    versionFileInput: file === undefined ? undefined : await readVersionFileAt(file, checkout),
    found: needless ? nothing : findVersions(await readVersionDirectories(project, checkout)),
  });
}

async function localTags({ docker }: Engine): Promise<readonly ListedTag[]> {
  const images = await docker.listImages({ filters: { reference: [HEXPM_REPOSITORY] } });
  const tags = images.flatMap(({ Id, RepoTags }) =>
    ((RepoTags as string[] | null) ?? []).map((name) => ({ Id, name })),
  );
  const listed = tags.flatMap(({ Id, name }) => {
    const tag = name.slice(name.lastIndexOf(':') + 1);
    const parts = parseTag(tag);
    return parts ? [{ Id, tag, parts }] : [];
  });
  return Promise.all(
    listed.map(async ({ Id, tag, parts }) => ({
      tag,
      parts,
      archs: [(await docker.getImage(Id).inspect()).Architecture],
    })),
  );
}
