import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SOURCES } from '../../builder/layout.js';
import type { RunningContainer } from '../../engine/container.js';
import { MixReleaseError } from '../../errors.js';

/** The locks among the sources that can be the project's: beside its `mix.exs`, or above it in an umbrella. */
function locksOf(paths: readonly string[], cwd: string): readonly string[] {
  const project = path.posix.relative(SOURCES, cwd);
  return paths.filter((name) => {
    if (path.posix.basename(name) !== 'mix.lock') return false;
    const directory = path.posix.dirname(name);
    return directory === '.' || project === directory || project.startsWith(`${directory}/`);
  });
}

/**
 * Fails where commands of the user's have changed a lock that was sent: `mix deps.get` would find it as it should be, and
 * other dependencies than those of the checkout would ship.
 *
 * @param paths - the sources, relative to the checkout
 * @param cwd - the project's directory in the container
 * @throws MixReleaseError `lockfile-outdated`
 */
export async function requireSentLocks(
  container: RunningContainer,
  checkout: string,
  paths: readonly string[],
  cwd: string,
): Promise<void> {
  for (const name of locksOf(paths, cwd)) {
    const sent = createHash('sha256')
      .update(await readFile(path.join(checkout, name)))
      .digest('hex');
    const lines: string[] = [];
    const argv = ['sha256sum', path.posix.join(SOURCES, name)];
    await container.run({ title: 'the look at the lock', argv }, (line) => lines.push(line));
    // Names with unusual characters begin with a backslash.
    if (lines[0]?.replace(/^\\/, '').startsWith(sent)) continue;
    throw new MixReleaseError('lockfile-outdated', {
      what: `before-build has changed ${name}`,
      next: 'Fetch dependencies in before-build without changing the lock (`mix deps.get --check-locked`), or leave that to the build. With check-locked set to false, what the changed lock names is built.',
      output: lines,
    });
  }
}

/**
 * Whether the locks in the container are still those of the checkout: a lock that a first attempt to fetch has changed
 * would be what the second one starts from, and nobody would see the difference.
 */
export async function areLocksAsSent(...args: Parameters<typeof requireSentLocks>): Promise<boolean> {
  try {
    await requireSentLocks(...args);
    return true;
  } catch (error) {
    if (error instanceof MixReleaseError && error.code === 'lockfile-outdated') return false;
    throw error;
  }
}
