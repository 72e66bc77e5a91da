import path from 'node:path';
import type { RunningContainer } from '../engine/container.js';
import { packageName } from '../package/names.js';
import { outputError, putInPlace } from '../package/output.js';
import { packTarball, writeChecksum, type Tarball } from '../package/tarball.js';
import { unpackTree } from '../package/unpack.js';
import type { ReleaseFacts } from './mix.js';
import type { BuildRequest } from './request.js';

/** A release that came back from the container. */
export interface Tree {
  readonly facts: ReleaseFacts;
  /** `NAME-VERSION-TRIPLE`. */
  readonly name: string;
  /** Unpacked, on the workbench. */
  readonly directory: string;
}

/** Without a date of its own, a tarball is dated as gzip and zip date what has none: 1 January 1980. */
const NO_DATE = 315_532_800;

/** Brings one release back and unpacks it on the workbench. */
export async function fetchTree(
  container: RunningContainer,
  facts: ReleaseFacts,
  request: BuildRequest,
  workbench: string,
): Promise<Tree> {
  const name = packageName(facts, request.target.triple);
  const directory = path.join(workbench, name);
  const nested = `${facts.name}-${facts.version}.tar.gz`;
  try {
    await unpackTree(await container.get(facts.path), directory, (entry) => entry === nested);
  } catch (error) {
    throw outputError(error, request.output);
  }
  return { facts, name, directory };
}

/** A release in its place under the output directory. */
export interface Placed extends Tarball {
  readonly facts: ReleaseFacts;
  readonly directory: string;
}

/**
 * Packs releases on the workbench and, when all are whole, puts each one's directory, checksum and tarball in their
 * places under the output directory, the tarball last.
 *
 * @param sourceDateEpoch - seconds since 1970 that every entry is dated by, as text, if given
 */
export async function placeTarballs(
  trees: readonly Tree[],
  request: BuildRequest,
  workbench: string,
  sourceDateEpoch: string | undefined,
): Promise<readonly Placed[]> {
  const mtime = new Date(1000 * (/^\d+$/.test(sourceDateEpoch ?? '') ? Number(sourceDateEpoch) : NO_DATE));
  try {
    const packed = [];
    for (const tree of trees) {
      const made = await packTarball(tree.directory, path.join(workbench, `${tree.name}.tar.gz`), mtime);
      packed.push({ tree, made, checksum: await writeChecksum(made) });
    }
    const placed = [];
    for (const { tree, made, checksum } of packed) {
      const directory = path.join(request.output, tree.name);
      await putInPlace(tree.directory, directory);
      await putInPlace(checksum, `${directory}.tar.gz.sha256`);
      await putInPlace(made.path, `${directory}.tar.gz`);
      placed.push({ ...made, path: `${directory}.tar.gz`, directory, facts: tree.facts });
    }
    return placed;
  } catch (error) {
    throw outputError(error, request.output);
  }
}
