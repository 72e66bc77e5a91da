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
import { unfit } from './sandbox.js';
import { requireRuntime } from './runtime-image.js';
import type { Runtime } from './smoke.js';
import { systemImage } from './system-image.js';

/** What the image of a smoke test depends on. */
export interface RuntimeImageQuery {
  readonly target: Target;
  readonly emulated: boolean;
  readonly erlFlags: string;
  readonly run: string;
  /** The image that was asked for. */
  readonly named: string | undefined;
  /** Packages that were asked for. */
  readonly packages: readonly string[] | undefined;
  /** What the audit says that the release needs of its system. */
  readonly needs: RuntimeRequirements | undefined;
  /** Registry or mirror prefix for an image that is chosen. */
  readonly registry: string | undefined;
  readonly pull: PullPolicy;
  /** Tag of the builder image. */
  readonly builder: string;
  readonly probe: Probe;
  readonly release: {
    readonly name: string;
    readonly directory: string;
    /** Version of the Erlang runtime that it needs. */
    readonly erts: string;
  };
}

/**
 * The image to try a release in: the one that was asked for; for a release without an Erlang of its own the builder,
 * which has the same; else the builder's system without Erlang.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function chooseRuntime(
  engine: Engine,
  imageQuery: RuntimeImageQuery,
  context: PullContext,
): Promise<Runtime> {
  const { named, packages, target, pull, release } = imageQuery;
  const { erts } = await releaseFiles(release.directory, release.name);
  const hasErlang = erts === undefined;
  const given = { hasErlang, packages: packages ?? [], grows: undefined, needs: imageQuery.needs };
  if (named !== undefined) {
    const image = await requireRuntime(engine, { reference: named, pull, target }, context);
    if (hasErlang) await requireErts(engine, image, imageQuery);
    return { image, ...given };
  }
  if (hasErlang) return { image: await builderImage(engine, imageQuery.builder, target), ...given };
  const { reference, family } = await reachable(engine, imageQuery);
  const image = await requireRuntime(engine, { reference, pull, target }, context);
  return { image, ...given, grows: packages === undefined ? family : undefined };
}

/** The image of the builder's system: that of `registry`, unless the engine has only the one of Docker Hub. */
async function reachable(engine: Engine, { probe, target, emulated, registry, pull }: RuntimeImageQuery) {
  const hub = systemImage(probe, target, emulated, undefined);
  const chosen = registry === undefined ? hub : systemImage(probe, target, emulated, registry);
  if (!hub || !chosen) throw noRuntime(probe);
  if (registry === undefined || pull === 'always' || (await here(engine, chosen.reference, target))) return chosen;
  return (await here(engine, hub.reference, target)) ? hub : chosen;
}

async function here(engine: Engine, reference: string, { platform }: Target): Promise<boolean> {
  const found = await engine.images.inspect(reference, platform);
  return found?.platform === platform;
}

async function builderImage(engine: Engine, tag: string, { platform }: Target): Promise<Image> {
  const found = await engine.images.inspect(tag, platform);
  if (!found) throw refused('to try the release in its builder', `the image ${tag} is gone`);
  return { reference: tag, id: found.id, digest: found.id };
}

/** Fails unless an image has the Erlang that a release without one needs. */
async function requireErts(engine: Engine, image: Image, imageQuery: RuntimeImageQuery): Promise<void> {
  const found = await ertsOf(engine, image, imageQuery);
  const { name, erts } = imageQuery.release;
  if (found === erts) return;
  const has = found === undefined ? 'has no Erlang' : `has the Erlang runtime ${found}`;
  throw new MixReleaseError('image-mismatch', {
    what: `release ${name} has no Erlang of its own and needs the runtime ${erts} (include_erts: false), and runtime-image ${image.reference} ${has}`,
    next: 'Name an image with that Erlang, leave runtime-image out to try the release in its builder, or set include_erts to true.',
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
    throw unfit(reference, error);
  }
}

function noRuntime({ os }: Probe): MixReleaseError {
  return new MixReleaseError('runtime-image-not-found', {
    what: `the release was built on ${os || 'an unknown system'}, and it is not known which image has that system without Erlang`,
    next: 'Name one for its smoke test with runtime-image, or leave that out with smoke-test: off.',
  });
}
