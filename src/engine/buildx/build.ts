import type { ImageBuild } from '../engine.js';
import { lost, refused } from '../failure.js';
import { runDocker } from './command.js';
import { buildxOutput } from './output.js';

/** An image that is to be built, and has a name then. */
export type NamedBuild = ImageBuild & { readonly tag: string };

/** Errors of buildx that tell of the connection to the engine, and not of the build. */
const LOST =
  /^(?:error during connect|Cannot connect to the Docker daemon)|code = Unavailable|: Unavailable: (?:connection error|error reading)|error reading from server:|no active session|failed to receive status/i;

/**
 * Builds an image by BuildKit in the engine, with the `docker` command.
 *
 * @param env - the environment of that command
 * @throws MixReleaseError as every call of an engine; the signal's reason; the context's own error
 */
export async function buildWithBuildx(
  env: Readonly<Record<string, string | undefined>>,
  build: NamedBuild,
): Promise<void> {
  const { context, dockerfile, platform, args, labels, tag, pull, signal, onOutput } = build;
  const output = buildxOutput((line) => onOutput(`${line}\n`));
  const command = [
    ...['buildx', 'build', '--progress', 'plain', '--load', '--tag', tag],
    // The engine's own BuildKit: another builder does not know the images of the engine.
    ...['--builder', 'default', '--platform', platform, '--file', dockerfile],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    // Without the value, which is taken from the environment: arguments are visible in the list of processes.
    ...Object.keys(args).flatMap((name) => ['--build-arg', name]),
    ...(pull ? ['--pull'] : []),
    '-',
  ];
  try {
    const status = await runDocker(command, {
      ...{ env: { ...env, ...args }, signal, onLine: output.line, input: context },
    });
    if (status === 0) return;
    const doing = 'to build an image';
    const reason = output.reason() ?? `docker buildx build ended with exit status ${String(status)}`;
    throw LOST.test(reason) ? lost(doing, reason) : refused(doing, reason);
  } finally {
    context.destroy();
  }
}
