import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { buildWithBuildx } from '../buildx/build.js';
import { hasBuildx } from '../buildx/command.js';
import type { ImageBuild, Images } from '../engine.js';
import { refused } from '../failure.js';
import { consumeProgress } from '../progress.js';
import { abortable } from './abortable.js';
import type { Client } from './client.js';

/** Names that the steps of a build have only for the next one: BuildKit finds no image by its identifier. */
const STEP_REPOSITORY = 'mix-release-builder';

type Builds = Pick<Images, 'buildKit' | 'build'>;

/** An image's identifier as the value of `BASE`. */
const IDENTIFIER = /^sha256:[0-9a-f]{64}$/;

/**
 * Building images: by BuildKit where the `docker` command can, else by the engine's API and the older builder behind it.
 *
 * @param command - the environment of the `docker` command; undefined for an engine that has no BuildKit
 * @param others - the other calls for images
 */
export function imageBuilds(
  { docker }: Client,
  command: Readonly<Record<string, string | undefined>> | undefined,
  others: Pick<Images, 'inspect' | 'tag' | 'remove'>,
): Builds {
  let found: Promise<boolean> | undefined;
  const buildKit = (): Promise<boolean> => (found ??= command ? hasBuildx(command) : Promise.resolve(false));
  /** Names that were given here, by identifier. */
  const steps = new Map<string, string>();
  const named = async (id: string): Promise<string> => {
    const own = steps.get(id);
    if (own !== undefined) return own;
    const present = (await others.inspect(id))?.names.find((name) => !name.includes('@'));
    if (present !== undefined) return present;
    const name = stepName();
    await others.tag(id, { repository: STEP_REPOSITORY, tag: name.slice(STEP_REPOSITORY.length + 1) });
    steps.set(id, name);
    return name;
  };
  const byBuildKit = async (env: Readonly<Record<string, string | undefined>>, build: ImageBuild): Promise<string> => {
    const { BASE: base = '', ...args } = build.args;
    const from = IDENTIFIER.test(base) ? await named(base) : base;
    const tag = build.tag ?? stepName();
    await buildWithBuildx(env, { ...build, tag, args: base === '' ? args : { ...args, BASE: from } });
    // What buildx itself gives is the digest of a configuration, which engines with the containerd image store do not know.
    const id = (await others.inspect(tag, build.platform))?.id;
    if (id === undefined) throw refused('to build an image', `image ${tag} is not there afterwards`);
    if (build.tag === undefined) steps.set(id, tag);
    // The step before is part of this one, and nobody starts from it again.
    if (steps.get(base) === from) {
      steps.delete(base);
      await others.remove(from, { keepParents: true });
    }
    return id;
  };
  return {
    buildKit,
    build: async (build) => (command && (await buildKit()) ? byBuildKit(command, build) : byEngine(docker, build)),
  };
}

function stepName(): string {
  return `${STEP_REPOSITORY}:step-${randomUUID().slice(0, 13)}`;
}

async function byEngine(docker: Docker, build: ImageBuild): Promise<string> {
  const { context, dockerfile, platform, args, labels, tag, signal, onOutput } = build;
  const doing = 'to build an image';
  let id: string | undefined;
  const request = async (): Promise<void> => {
    const progress = await docker.buildImage(context, {
      ...(tag !== undefined && { t: tag }),
      // The older builder: BuildKit wants a session with a client of its own.
      version: '1',
      ...{ dockerfile, platform, buildargs: { ...args }, labels: { ...labels }, rm: true, forcerm: true },
      ...(build.pull && { pull: true }),
      abortSignal: signal,
    });
    await consumeProgress(progress, ({ stream = '', aux }) => {
      id = aux?.ID ?? id;
      if (stream !== '') onOutput(stream);
    });
  };
  try {
    await abortable(signal, doing, request);
  } catch (error) {
    signal.throwIfAborted();
    // The context's own failure is nothing that the engine did.
    throw context.errored ?? error;
  } finally {
    context.destroy();
  }
  if (id === undefined) throw refused(doing, 'the engine did not say what it built');
  return id;
}
