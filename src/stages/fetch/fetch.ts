import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { AuditReport } from '../../audit/report.js';
import type { RunningContainer } from '../../engine/container.js';
import { FORMATS, type Format } from '../../package/format.js';
import { packageName } from '../../package/names.js';
import { outputError, replaceFile } from '../../package/output.js';
import { startPacking } from '../../package/packing.js';
import { writeChecksum, type Tarball } from '../../package/tarball.js';
import { unpackTree } from '../../package/tree.js';
import type { ReleaseFacts } from '../../mix/mix.js';
import type { BuildRequest } from '../../options/request.js';

/** A release that came back from the container: unpacked, and being packed, on the workbench. */
export interface Tree {
  readonly facts: ReleaseFacts;
  /** `NAME-VERSION-TRIPLE`. */
  readonly name: string;
  readonly directory: string;
  /** Fails with MixReleaseError `output-not-writable` or `output-disk-full`; whoever waits for it learns so. */
  readonly tarball: Promise<Tarball>;
  /** The report of its audit; a file of it lies beside the directory. Undefined where there was none. */
  readonly audit?: AuditReport;
}

/** What `mix release` starts a node with, unless the environment has another one: whoever knows it can join the cluster. */
const COOKIE = 'releases/COOKIE';

/**
 * Brings one release back, unpacks it, and packs it at the same time. The packing goes on while whatever comes next looks
 * at the tree; nothing may change that any more.
 *
 * @param date - the time of every entry of the tarball
 * @param signal - ends the packing, too
 */
export async function fetchTree(
  container: RunningContainer,
  facts: ReleaseFacts,
  request: BuildRequest,
  workbench: string,
  date: Date,
  signal: AbortSignal,
): Promise<Tree> {
  const name = packageName(facts, request.target.triple);
  const directory = path.join(workbench, name);
  const { format, cookie, output } = request;
  // What a :tar step of Mix leaves in the release's own directory.
  const nested = `${facts.name}-${facts.version}.tar.gz`;
  const leaveOut = (entry: string): boolean => entry === nested || (entry === COOKIE && cookie === 'strip');
  const packing = startPacking(`${directory}.${format}`, { format, mtime: date });
  signal.addEventListener('abort', () => void packing.abandon(), { once: true });
  try {
    const entries = await unpackTree(await container.get(facts.path), directory, leaveOut, packing);
    const tarball = packing
      .finish(directory, entries)
      .catch((error: unknown) => Promise.reject(outputError(error, output)));
    // A build that fails before anybody waits for it has its own error.
    tarball.catch(() => undefined);
    return { facts, name, directory, tarball };
  } catch (error) {
    await packing.abandon();
    throw outputError(error, output);
  }
}

/** A release in its place under the output directory. */
export interface Placed extends Tarball {
  readonly facts: ReleaseFacts;
  readonly directory: string;
  readonly audit: AuditReport | undefined;
}

/** The report of a release's audit, beside its directory. */
export function reportFile(directory: string): string {
  return `${directory}.audit.json`;
}

/** Puts each release's directory, report, checksum and tarball in their places under the output directory, the tarball last. */
export async function placeTarballs(trees: readonly Tree[], request: BuildRequest): Promise<readonly Placed[]> {
  try {
    const placed = [];
    for (const { facts, name, directory: made, tarball: packing, audit } of trees) {
      const directory = path.join(request.output, name);
      const place = `${directory}.${request.format}`;
      const tarball = await packing;
      const checksum = await writeChecksum(tarball);
      await replaceFile(made, directory);
      // The report of an earlier build would be taken for this one's.
      if (audit) await replaceFile(reportFile(made), reportFile(directory));
      else await rm(reportFile(directory), { force: true });
      await removeOthers(directory, request.format);
      await replaceFile(checksum, `${place}.sha256`);
      await replaceFile(tarball.path, place);
      placed.push({ ...tarball, path: place, directory, facts, audit });
    }
    return placed;
  } catch (error) {
    throw outputError(error, request.output);
  }
}

/** A tarball of an earlier build in another format would be taken for one of this build. */
async function removeOthers(directory: string, format: Format): Promise<void> {
  for (const other of FORMATS.filter((each) => each !== format)) {
    for (const end of ['', '.sha256']) await rm(`${directory}.${other}${end}`, { force: true });
  }
}
