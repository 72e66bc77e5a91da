import { copyFile, link, lstat, mkdtemp, rename } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import { allFileNames, FILE_KINDS, fileName, type FileKind } from '../package/file-kinds.js';
import type { Format } from '../package/format.js';
import { outputError } from '../package/output.js';

/** One file, or directory, that a run makes of a release. */
export interface OutputFile {
  readonly kind: FileKind;
  /** `NAME-VERSION-TRIPLE` of the release. */
  readonly release: string;
  /** Absolute path in the workbench, where it is made. */
  readonly made: string;
  /** Absolute path under the output directory, where it goes. */
  readonly path: string;
  /** Whether it is part of the workflow artifact. */
  readonly upload: boolean;
}

/**
 * The catalogue of the files that a run makes. Stages add to it; the files move into their places together. Uploading,
 * outputs and the summary read it.
 */
export interface OutputFiles {
  /** Absolute; in the same file system as the output. Files are made in it, and it is removed at the end of the run. */
  readonly workbench: string;
  /** Where a file is to be made, and what it will be called. It counts when it is added. */
  file(kind: FileKind, release: string): OutputFile;
  /** Adds a file that is there, or will be when the files are placed. */
  add(file: OutputFile): OutputFile;
  /** The files of a release, in the order of their kinds. */
  of(release: string): readonly OutputFile[];
  /**
   * Moves all files into their places, tarballs last, instead of what an earlier build left of these releases. Where one
   * cannot be moved, or the signal is given, everything is as it was before.
   *
   * @throws MixReleaseError `output-not-writable` or `output-disk-full`; the signal's reason
   */
  place(signal: AbortSignal): Promise<void>;
}

/** How one step is taken back. */
interface Undo {
  readonly place: string;
  readonly back: () => Promise<void>;
}

/** @param workbench - an existing directory in `output` */
export function outputFiles(output: string, workbench: string, format: Format): OutputFiles {
  const files: OutputFile[] = [];
  const kinds = Object.keys(FILE_KINDS);
  const inOrder = (): readonly OutputFile[] => files.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return {
    workbench,
    file: (kind, release) => {
      const name = fileName(kind, release, format);
      const { upload } = FILE_KINDS[kind];
      return { kind, release, made: path.join(workbench, name), path: path.join(output, name), upload };
    },
    add: (file) => {
      files.push(file);
      return file;
    },
    of: (release) => inOrder().filter((file) => file.release === release),
    place: async (signal) => {
      const undo: Undo[] = [];
      try {
        const aside = await mkdtemp(path.join(workbench, 'old-'));
        for (const file of inOrder()) {
          signal.throwIfAborted();
          await replace(file, aside, undo);
        }
        for (const stale of staleFiles(files, output)) await setAside(stale, aside, undo);
        signal.throwIfAborted();
      } catch (error) {
        await takeBack(undo, error);
        throw signal.aborted ? error : outputError(error, output);
      }
    },
  };
}

/** What earlier builds may have left of these releases and this one did not make: it would be taken for this one's. */
function staleFiles(files: readonly OutputFile[], output: string): readonly string[] {
  const placed = new Set(files.map((file) => file.path));
  const releases = new Set(files.map(({ release }) => release));
  const all = [...releases].flatMap((release) => allFileNames(release).map((name) => path.join(output, name)));
  return all.filter((file) => !placed.has(file));
}

async function replace({ kind, made, path: place }: OutputFile, aside: string, undo: Undo[]): Promise<void> {
  if (kind !== 'directory' && (await isFile(place))) {
    const kept = path.join(aside, path.basename(place));
    await keep(place, kept);
    undo.push({ place, back: () => rename(kept, place) });
    // The name leads to the old file until the new one takes it over.
    await rename(made, place);
    return;
  }
  await setAside(place, aside, undo);
  await rename(made, place);
  undo.push({ place, back: () => rename(place, made) });
}

/** A second name for a file; a copy where the file system has no second names. */
async function keep(file: string, kept: string): Promise<void> {
  try {
    await link(file, kept);
  } catch {
    await copyFile(file, kept);
  }
}

async function setAside(place: string, aside: string, undo: Undo[]): Promise<void> {
  const kept = path.join(aside, path.basename(place));
  try {
    await rename(place, kept);
    undo.push({ place, back: () => rename(kept, place) });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

async function isFile(place: string): Promise<boolean> {
  try {
    return !(await lstat(place)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Takes all steps back, the last first. @throws MixReleaseError that names what could not be put back */
async function takeBack(undo: readonly Undo[], cause: unknown): Promise<void> {
  const failed: string[] = [];
  for (const { place, back } of undo.toReversed()) await back().catch(() => failed.push(place));
  if (failed.length === 0) return;
  throw new MixReleaseError('output-not-writable', {
    what: `the output could not be placed (${messageOf(cause)}), and these are not as they were before: ${failed.join(', ')}`,
    next: 'Check the disk of the output directory, remove the named files, and build again.',
    cause,
  });
}
