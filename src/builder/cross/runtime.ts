import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import type { StillContainer } from '../../engine/container.js';
import { isMissing } from '../../engine/failure.js';

/** Where Erlang is in an image, and which. */
export interface ErlangRoot {
  /** Its root directory, which has `erts-*`, `lib` and `releases`. */
  readonly root: string;
  /** The full OTP version, such as 27.3.4.1. */
  readonly otp: string;
  /** The version of its ERTS, such as 15.2.7. */
  readonly erts: string;
}

/** Where programs are where an image does not say. */
const USUAL = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** As many symbolic links as Linux follows. */
const MAX_LINKS = 40;

/**
 * Finds the Erlang that `erl` starts in an image, by its files alone.
 *
 * @param searchPath - the directories of the image's `PATH`
 * @returns undefined where there is none, or one whose root cannot be told
 * @throws EngineError
 */
export async function erlangRoot(
  container: StillContainer,
  searchPath: readonly string[] = USUAL,
): Promise<ErlangRoot | undefined> {
  for (const directory of searchPath) {
    const erl = await followed(container, path.posix.join(directory, 'erl'));
    if (!erl) continue;
    for (const root of [path.posix.dirname(path.posix.dirname(erl.place)), ...rootOfScript(erl.text)]) {
      const found = await rootAt(container, root);
      if (found) return found;
    }
  }
  return undefined;
}

/** The system of an image, as its `/etc/os-release` has it. */
export interface ImageSystem {
  /** `ID`, such as debian. */
  readonly id: string;
  /** `VERSION_ID`, such as 13 or 3.22.1; '' where there is none, as on Debian before a release. */
  readonly version: string;
  /** `VERSION_CODENAME`; '' where there is none. */
  readonly codename: string;
}

/**
 * Reads which system an image has, without running anything of it.
 *
 * @returns undefined where the image does not say
 * @throws EngineError
 */
export async function imageSystem(container: StillContainer): Promise<ImageSystem | undefined> {
  const text = (await followed(container, '/etc/os-release'))?.text ?? '';
  const value = (name: string): string => new RegExp(`^${name}=["']?([^"'\\n]*)["']?$`, 'm').exec(text)?.[1] ?? '';
  const id = value('ID');
  return id === '' ? undefined : { id, version: value('VERSION_ID'), codename: value('VERSION_CODENAME') };
}

/** What `erl` says of itself where it is not in its root: `ROOTDIR="/usr/lib/erlang"`. */
function rootOfScript(text: string): readonly string[] {
  const root = /^\s*ROOTDIR="?(\/[^"\n]+)"?$/m.exec(text)?.[1];
  return root === undefined ? [] : [root];
}

async function rootAt(container: StillContainer, root: string): Promise<ErlangRoot | undefined> {
  // "15.2.7 27": what starts when no release is named.
  const started = await fileAt(container, path.posix.join(root, 'releases', 'start_erl.data'));
  const [, erts, release] = /^(\S+)\s+(\S+)/.exec(started?.text ?? '') ?? [];
  if (erts === undefined || release === undefined) return undefined;
  const version = await fileAt(container, path.posix.join(root, 'releases', release, 'OTP_VERSION'));
  const otp = version?.text.trim() ?? '';
  return otp === '' ? undefined : { root, otp, erts };
}

interface Found {
  readonly place: string;
  readonly text: string;
}

async function followed(container: StillContainer, start: string): Promise<Found | undefined> {
  for (let [place, links] = [start, 0]; links < MAX_LINKS; links += 1) {
    const found = await fileAt(container, place);
    if (found?.linkTo === undefined) return found && { place, text: found.text };
    place = path.posix.resolve(path.posix.dirname(place), found.linkTo);
  }
  return undefined;
}

/** Undefined where there is nothing, or no file or link. */
async function fileAt(
  container: StillContainer,
  place: string,
): Promise<{ readonly text: string; readonly linkTo?: string } | undefined> {
  try {
    return await firstFile(await container.get(place));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function firstFile(archive: Readable): Promise<{ readonly text: string; readonly linkTo?: string } | undefined> {
  let found: { readonly chunks: Buffer[]; readonly linkTo?: string } | undefined;
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry: ReadEntry) => {
    const { type, linkpath } = entry;
    if (found || (type !== 'File' && type !== 'SymbolicLink')) {
      entry.resume();
      return;
    }
    const chunks: Buffer[] = [];
    found = { chunks, ...(type === 'SymbolicLink' && { linkTo: linkpath ?? '' }) };
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  await pipeline(archive, parser as unknown as NodeJS.WritableStream);
  return found && { text: Buffer.concat(found.chunks).toString(), ...('linkTo' in found && { linkTo: found.linkTo }) };
}
