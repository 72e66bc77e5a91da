import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { keptState } from '../../src/stages/builder/volumes.js';
import { answeredStatus } from '../../src/engine/failure.js';
import { findTarget } from '../../src/targets/find.js';
import { ROOT } from '../support/cli.js';
import { temporary } from '../support/checkout.js';
import { docker } from '../support/engine.js';
import { openRemote, type Remote } from './hex/remote.js';
import { PACKAGER, type Platform } from './platforms.js';
import type { Patch, Workshop } from './rig/build.js';

type Request = Parameters<typeof keptState>[0];
type Builder = Parameters<typeof keptState>[1];

/** A workshop whose files and volumes go at the end of its scope. */
export interface OpenWorkshop extends Workshop, AsyncDisposable {}

/** The network of the builds, which is made when it is first asked for, and goes at the end of its scope. */
export interface Network extends AsyncDisposable {
  readonly remote: () => Promise<Remote>;
}

export async function openNetwork(): Promise<Network> {
  const directory = await temporary();
  let opened: Promise<Remote> | undefined;
  return {
    remote: () => (opened ??= openRemote(PACKAGER, path.join(ROOT, 'test/conformance/hex'), directory.path)),
    [Symbol.asyncDispose]: async () => {
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Takes a copy of the bundles and makes the place for checkouts and output. */
export async function openWorkshop(
  platform: Platform,
  { remote }: Network,
  mutation?: { readonly fixture: string; readonly patch: Patch },
): Promise<OpenWorkshop> {
  const { path: directory } = await temporary();
  const places: { readonly checkout: string; readonly project: string }[] = [];
  // The bundles may be written anew while the suite runs.
  const cli = path.join(directory, 'dist/cli.mjs');
  await cp(path.join(ROOT, 'dist'), path.dirname(cli), { recursive: true });
  return {
    platform,
    cli,
    directory,
    remote,
    fixtures: path.join(ROOT, 'test/conformance/fixtures'),
    mutation,
    onCheckout: (checkout, project) => void places.push({ checkout, project }),
    [Symbol.asyncDispose]: async () => {
      await removeState(places, platform);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The engine keeps state between builds of a project; nothing is built again from these checkouts. */
async function removeState(
  places: readonly { readonly checkout: string; readonly project: string }[],
  { target }: Platform,
): Promise<void> {
  const images = await docker.listImages();
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith('mix-release-builder:'));
  // A base image is known by its manifest where a registry gave one, else by its identifier.
  const digests = images.flatMap(({ Id, RepoDigests }) => [Id, ...(RepoDigests ?? []).map(digestIn)]);
  const { Volumes } = await docker.listVolumes({ filters: { label: ['mix-release.kind=state'] } });
  const there = new Set(Volumes.map(({ Name }) => Name));
  const builders = tags.flatMap((tag) => digests.map((digest) => ({ tag, base: { digest } }) as Builder));
  for (const place of places) {
    for (const builder of builders) {
      const { name } = keptState({ ...place, target: findTarget(target) } as Request, builder);
      if (there.has(name)) await removeVolume(name);
    }
  }
}

function digestIn(reference: string): string {
  return reference.slice(reference.indexOf('@') + 1);
}

/** By force, and one that is gone already is what was wanted: a build removes a volume that was only its own. */
async function removeVolume(name: string): Promise<void> {
  try {
    await docker.getVolume(name).remove({ force: true });
  } catch (error) {
    if (answeredStatus(error) !== 404) throw error;
  }
}
