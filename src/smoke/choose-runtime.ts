import type { RuntimeRequirements } from '../audit/report.js';
import { couldNotRun } from '../builder/could-not-run.js';
import type { Image, PullPolicy } from '../builder/image.js';
import type { Probe } from '../builder/probe.js';
import type { PullContext } from '../builder/pull.js';
import type { Engine } from '../engine/engine.js';
import { refused } from '../engine/failure.js';
import { labels } from '../engine/labels.js';
import { MixReleaseError } from '../errors.js';
import type { Target } from '../targets/table.js';
import { releaseFiles } from './release-files.js';
import { unusableImage } from './sandbox.js';
import { ensureRuntimeImage } from './runtime-image.js';
import type { Runtime } from './smoke.js';
import { systemImage } from './system-image.js';

/** Everything that the choice of the runtime image depends on. */
export interface RuntimeImageQuery {
  readonly target: Target;
  readonly emulated: boolean;
  readonly erlFlags: string;
  readonly run: string;
  /** The image of `runtime-image`. */
  readonly named: string | undefined;
  /** The packages of `runtime-packages`. */
  readonly packages: readonly string[];
  /** The release's runtime requirements, from the audit. */
  readonly needs: RuntimeRequirements | undefined;
  /** Registry or mirror prefix for a default image. */
  readonly registry: string | undefined;
  readonly pull: PullPolicy;
  /** Tag of the builder image. */
  readonly builder: string;
  readonly probe: Probe;
  readonly release: {
    readonly name: string;
    readonly directory: string;
    /** The ERTS version that it needs. */
    readonly erts: string;
  };
}

/**
 * The runtime image of a release: the named one; for a release without ERTS the builder image,
 * which has the same ERTS; else the builder image's system without Erlang.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function chooseRuntime(engine: Engine, query: RuntimeImageQuery, context: PullContext): Promise<Runtime> {
  const { named, packages, target, pull, release } = query;
  const { erts } = await releaseFiles(release.directory, release.name);
  const hasErlang = erts === undefined;
  const common = { hasErlang, packages, packageFamily: undefined, needs: query.needs };
  if (named !== undefined) {
    const image = await ensureRuntimeImage(engine, { reference: named, pull, target }, context);
    if (hasErlang) await requireErts(engine, image, query);
    return { image, ...common };
  }
  if (hasErlang) return { image: await builderImage(engine, query.builder, target), ...common };
  const { reference, family } = await systemRuntime(engine, query);
  const image = await ensureRuntimeImage(engine, { reference, pull, target }, context);
  return { image, ...common, packageFamily: family };
}

/** The image of the builder image's system: from `registry`, unless the engine has only the one of Docker Hub. */
async function systemRuntime(engine: Engine, { probe, target, emulated, registry, pull }: RuntimeImageQuery) {
  const hub = systemImage(probe, target, emulated, undefined);
  const chosen = registry === undefined ? hub : systemImage(probe, target, emulated, registry);
  if (!hub || !chosen) throw runtimeNotFound(probe);
  if (registry === undefined || pull === 'always' || (await isInEngine(engine, chosen.reference, target)))
    return chosen;
  return (await isInEngine(engine, hub.reference, target)) ? hub : chosen;
}

async function isInEngine(engine: Engine, reference: string, { platform }: Target): Promise<boolean> {
  const found = await engine.images.inspect(reference, platform);
  return found?.platform === platform;
}

async function builderImage(engine: Engine, tag: string, { platform }: Target): Promise<Image> {
  const found = await engine.images.inspect(tag, platform);
  if (!found) throw refused('to try the release in its builder', `the image ${tag} is gone`);
  return { reference: tag, id: found.id, digest: found.id };
}

/** Fails unless an image has the ERTS that a release without its own needs. */
async function requireErts(engine: Engine, image: Image, query: RuntimeImageQuery): Promise<void> {
  const found = await ertsOf(engine, image, query);
  const { name, erts } = query.release;
  if (found === erts) return;
  const has = found === undefined ? 'has no Erlang' : `has ERTS ${found}`;
  throw new MixReleaseError('image-mismatch', {
    what: `release ${name} needs ERTS ${erts} (include_erts: false), but runtime-image ${image.reference} ${has}`,
    next: 'Name an image with that ERTS, leave runtime-image out to test the release in the builder image, or set include_erts to true.',
  });
}

async function ertsOf(
  engine: Engine,
  { id, reference }: Image,
  { target, run, erlFlags }: RuntimeImageQuery,
): Promise<string | undefined> {
  const spec = {
    image: id,
    platform: target.platform,
    user: '10001:10001',
    labels: labels('smoke', run),
    sealed: true,
  };
  const lines: string[] = [];
  try {
    await using container = await engine.containers.start(spec);
    const argv = ['erl', '-noinput', '-eval', 'io:put_chars([erlang:system_info(version), 10]), halt().'];
    const env = { HOME: '/tmp', ...(erlFlags === '' ? {} : { ERL_FLAGS: erlFlags }) };
    const status = await container.run({ title: 'erl', argv, env }, (line) => lines.push(line));
    return status === 0 ? lines.at(-1) : undefined;
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    throw unusableImage(reference, error);
  }
}

function runtimeNotFound({ os }: Probe): MixReleaseError {
  return new MixReleaseError('runtime-image-not-found', {
    what: `the release was built on ${os || 'an unknown system'}, for which no runtime image is known`,
    next: 'Name one with runtime-image, or skip the smoke test with smoke-test: off.',
  });
}
