import { MixReleaseError, messageOf, systemErrorCode } from '../../errors.js';
import { keepsModes } from '../../package/modes.js';
import { packageName } from '../../package/names.js';
import { outputError } from '../../package/output.js';
import { startPacking } from '../../package/packing.js';
import type { Tarball } from '../../package/tarball.js';
import { unpackTree, type TreeEntry } from '../../package/tree.js';
import type { RunningContainer } from '../../engine/container.js';
import type { ReleaseFacts } from '../../mix/mix.js';
import type { Run } from '../../pipeline/run.js';

/** A release that came back from the container: unpacked, and being packed, in the workbench. */
export interface Fetched {
  /** `NAME-VERSION-TRIPLE`. */
  readonly packageName: string;
  /** Absolute path of the unpacked release in the workbench. */
  readonly directory: string;
  /** Fails with MixReleaseError `output-not-writable` or `output-disk-full`. The run owns it. */
  readonly packing: Promise<Tarball>;
  /** Programs that had set-user-ID or set-group-ID, and ship without: paths below the top of the release. */
  readonly lostRights: readonly string[];
}

/** What `mix release` starts a node with, unless the environment has another one: whoever knows it can join the cluster. */
const COOKIE = 'releases/COOKIE';

/**
 * Brings one release back, unpacks it, and packs it at the same time. The packing goes on while whatever comes next looks
 * at the unpacked release; nothing may change that any more.
 *
 * @param date - the time of every entry of the tarball
 */
export async function fetchRelease(
  container: RunningContainer,
  facts: ReleaseFacts,
  date: Date,
  { request, files, background, signal, log }: Run,
): Promise<Fetched> {
  const name = packageName(facts, request.target.triple);
  const { format, cookie, keepModes, output } = request;
  const directory = files.add(files.file('directory', name));
  const tarball = files.add(files.file('tarball', name));
  // What a :tar step of Mix leaves in the release's own directory.
  const nested = `${facts.name}-${facts.version}.tar.gz`;
  const leaveOut = (entry: string): boolean => entry === nested || (entry === COOKIE && cookie === 'strip');
  const packing = startPacking(tarball.made, { format, mtime: date });
  const abandon = (): void => background.adopt(packing.abandon());
  signal.addEventListener('abort', abandon, { once: true });
  try {
    const archive = await container.get(facts.path);
    const entries = await unpackTree(archive, directory.made, leaveOut, packing, keepsModes(keepModes));
    const packed = packing.finish(directory.made, entries).catch((error: unknown) => {
      throw outputError(error, output);
    });
    unmatched(keepModes, entries).forEach((pattern) =>
      log.warn(
        `keep-modes has ${pattern}, which no file of ${facts.name} matches: applications are in lib/NAME-VERSION`,
      ),
    );
    const lostRights = entries.flatMap(({ path, lostRights: lost }) => (lost ? [path] : []));
    return { packageName: name, directory: directory.made, packing: background.start(packed), lostRights };
  } catch (error) {
    await packing.abandon();
    throw fetchError(error, facts.name, output);
  }
}

/** Patterns that no entry matches. */
function unmatched(patterns: readonly string[], entries: readonly TreeEntry[]): readonly string[] {
  return patterns.filter((pattern) => {
    if (/^[!#]/.test(pattern)) return false;
    const matches = keepsModes([pattern]);
    return !entries.some(({ path, type }) => matches(path, type === 'Directory'));
  });
}

/** What a failure to bring a release back means: the disk here, or the archive that came from the engine. */
function fetchError(error: unknown, name: string, output: string): MixReleaseError {
  if (error instanceof MixReleaseError || isFileError(error)) return outputError(error, output);
  return new MixReleaseError('engine-connection-lost', {
    what: `release ${name} came back from the container damaged: ${messageOf(error)}`,
    next: 'Read the log of the engine (`journalctl -u docker`), check the connection to a remote one, and build again.',
    cause: error,
  });
}

/** Whether the file system failed: the engine's own failures are errors of ours already. */
function isFileError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(systemErrorCode(error) ?? '');
}
