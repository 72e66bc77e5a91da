import type { BuildRequest } from '../../../src/options/request.js';
import type { ImageRequest } from '../../../src/options/sections/image.js';
import type { ContainerOptions } from '../../../src/options/sections/container.js';
import { NO_RELEASE_ARGS } from '../../../src/mix/release-args.js';
import { findTarget } from '../../../src/targets/find.js';

/** What a request has to say of the base image when nothing was asked of it. */
export const NO_IMAGE_WISHES: ImageRequest = {
  named: undefined,
  versions: { elixir: undefined, otp: undefined, file: undefined },
  os: undefined,
  glibc: undefined,
  registry: undefined,
  pull: 'missing',
  officialImages: false,
  ownBase: false,
};

/** What a request has to say of the build container when nothing was asked of it. */
export const NO_CONTAINER_OPTIONS: ContainerOptions = {
  ...{ memory: undefined, cpus: undefined, network: undefined },
  ...{ hosts: [], mounts: [] },
};

/** What differs from a request that asks for nothing but a target; `image` in part. */
export type RequestChanges = Partial<Omit<BuildRequest, 'image'>> & { readonly image?: Partial<ImageRequest> };

/** A request for x86_64-unknown-linux-gnu that asks for nothing else, changed. */
export function requestWith({ image, ...changes }: RequestChanges = {}): BuildRequest {
  const target = changes.target ?? findTarget('x86_64-unknown-linux-gnu');
  return {
    target,
    targetInput: target.triple,
    checkout: '/src',
    project: '/src',
    exclude: [],
    releases: [],
    releaseArgs: NO_RELEASE_ARGS,
    mixEnv: 'prod',
    versionCheck: 'off',
    image: { ...NO_IMAGE_WISHES, ...image },
    builder: { packages: [], dockerfile: undefined, repository: undefined },
    authorities: [],
    container: NO_CONTAINER_OPTIONS,
    beforeBuild: undefined,
    beforeRelease: undefined,
    method: 'auto',
    ofTwin: undefined,
    env: {},
    smoke: undefined,
    checkLocked: true,
    sbom: true,
    keepModes: [],
    access: undefined,
    output: '/out',
    audit: { mode: 'error', allowedLibraries: [], except: [] },
    sourceDate: undefined,
    format: 'tar.gz',
    cookie: 'keep',
    cache: 'true',
    cacheKeySuffix: undefined,
    depsPartitions: undefined,
    artifact: undefined,
    summary: false,
    report: undefined,
    ...changes,
  };
}
