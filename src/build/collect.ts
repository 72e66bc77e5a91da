import path from 'node:path';
import type { RunningContainer } from '../engine/container.js';
import { packageName } from '../package/names.js';
import { outputError, putInPlace } from '../package/output.js';
import { packTarball, writeChecksum, type Tarball } from '../package/tarball.js';
import { twice, unpackTree } from '../package/tree.js';
import type { ReleaseFacts } from './mix.js';
import type { BuildRequest } from './request.js';

/** A release that came back from the container: unpacked and packed, on the workbench. */
export interface Tree {
  readonly facts: ReleaseFacts;
  /** `NAME-VERSION-TRIPLE`. */
  readonly name: string;
  readonly directory: string;
  readonly tarball: Tarball;
}

/** What `mix release` starts a node with, unless the environment has another one: whoever knows it can join the cluster. */
const COOKIE = 'releases/COOKIE';

/**
 * Brings one release back; it is unpacked and packed in one pass.
 *
 * @param date - the time of every entry of the tarball
 */
export async function fetchTree(
  container: RunningContainer,
  facts: ReleaseFacts,
  request: BuildRequest,
  workbench: string,
  date: Date,
): Promise<Tree> {
  const name = packageName(facts, request.target.triple);
  const directory = path.join(workbench, name);
  // What a :tar step of Mix leaves in the release's own directory.
  const nested = `${facts.name}-${facts.version}.tar.gz`;
  const { format, cookie } = request;
  const leaveOut = (entry: string): boolean => entry === nested || (entry === COOKIE && cookie === 'strip');
  try {
    const [unpacked, packed] = twice(await container.get(facts.path));
    const [tarball] = await Promise.all([
      packTarball(packed, `${directory}.${format}`, leaveOut, date, format),
      unpackTree(unpacked, directory, leaveOut),
    ]);
    return { facts, name, directory, tarball };
  } catch (error) {
    throw outputError(error, request.output);
  }
}

/** A release in its place under the output directory. */
export interface Placed extends Tarball {
  readonly facts: ReleaseFacts;
  readonly directory: string;
}

/** Puts each release's directory, checksum and tarball in their places under the output directory, the tarball last. */
export async function placeTarballs(trees: readonly Tree[], request: BuildRequest): Promise<readonly Placed[]> {
  try {
    const placed = [];
    for (const { facts, name, directory: made, tarball } of trees) {
      const directory = path.join(request.output, name);
      const checksum = await writeChecksum(tarball);
      await putInPlace(made, directory);
      const place = `${directory}.${request.format}`;
      await putInPlace(checksum, `${place}.sha256`);
      await putInPlace(tarball.path, place);
      placed.push({ ...tarball, path: place, directory, facts });
    }
    return placed;
  } catch (error) {
    throw outputError(error, request.output);
  }
}
