import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MixReleaseError, systemErrorCode } from '../errors.js';
import { factsPath, parseFacts, TARBALL, type TarballFacts } from './facts.js';
import { installScript } from './install-script.js';
import { checksumsText, indexText, releaseIndex, type ReleaseIndex } from './release-index.js';

/** What the files for people to download are made of. */
export interface AssetsRequest {
  /** Absolute; tarballs lie in them at any depth, each with its facts beside. */
  readonly directories: readonly string[];
  /** Absolute; the tarballs are copied there, and the other files written. */
  readonly output: string;
  /** Address that the files will be below, for install.sh. */
  readonly baseUrl: string | undefined;
  readonly commit: string | undefined;
}

/** The files of one release, ready to be published together. */
export interface Assets {
  readonly index: ReleaseIndex;
  /** Absolute paths, sorted; everything that is to be published. */
  readonly files: readonly string[];
}

/** A tarball that was found, and proved to be what its facts say. */
interface Found {
  readonly tarball: string;
  readonly facts: TarballFacts;
}

/**
 * Collects tarballs into one directory and writes `release.json`, `install.sh` and `checksums.txt` beside them. Every
 * tarball is read and held against its facts. The same tarballs give the same bytes.
 *
 * @throws MixReleaseError `index-failed`
 */
export async function collectAssets(request: AssetsRequest): Promise<Assets> {
  const { output, baseUrl, commit } = request;
  const found = await findTarballs(request);
  const index = releaseIndex(
    found.map(({ facts }) => facts),
    commit ?? null,
  );
  if ('what' in index)
    throw failed(index.what, 'Put the tarballs of one version into the directory, one for each target.');
  await mkdir(output, { recursive: true });
  for (const { tarball, facts } of found) await copyTo(tarball, path.join(output, facts.file));
  const texts = { 'install.sh': installScript(baseUrl), 'release.json': indexText(index) };
  const written = Object.entries(texts).map(([file, text]) => ({ file, text, sha256: sha256Of(text) }));
  const sums = [...found.map(({ facts: { file, sha256 } }) => ({ file, sha256 })), ...written];
  for (const { file, text } of [...written, { file: 'checksums.txt', text: checksumsText(sums) }]) {
    await writeFile(path.join(output, file), text);
  }
  await chmod(path.join(output, 'install.sh'), 0o755);
  const files = [...sums.map(({ file }) => file), 'checksums.txt'].sort();
  return { index, files: files.map((file) => path.join(output, file)) };
}

/** Every tarball below the directories; one that is there twice with the same bytes counts once. */
async function findTarballs({ directories, output }: AssetsRequest): Promise<readonly Found[]> {
  const paths = (await Promise.all(directories.map(tarballsBelow))).flat();
  const found = new Map<string, Found>();
  for (const tarball of paths) {
    const facts = await factsBeside(tarball);
    const before = found.get(facts.file);
    if (before === undefined) found.set(facts.file, { tarball, facts });
    else if (before.facts.sha256 !== facts.sha256) {
      throw failed(
        `${before.tarball} and ${tarball} have one name and are not the same`,
        'Remove the one that is not meant.',
      );
    }
  }
  if (found.size > 0) return [...found.values()];
  throw failed(
    `there is no release tarball below ${directories.join(', ')}`,
    `Name the directory that the builds wrote to, or that their artifacts were downloaded to; ${output} is only written.`,
  );
}

async function tarballsBelow(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const tarballs = entries
      .filter((entry) => entry.isFile() && TARBALL.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const unpacked = tarballs.map((tarball) => tarball.replace(TARBALL, path.sep));
    // A build leaves each release unpacked beside its tarball, and that may hold archives of its own.
    return tarballs.filter((tarball) => !unpacked.some((release) => tarball.startsWith(release))).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw failed(`there is no directory ${directory}`, 'Name one that exists.');
    throw error;
  }
}

async function factsBeside(tarball: string): Promise<TarballFacts> {
  const place = factsPath(tarball);
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw failed(
      `${tarball} has no ${path.basename(place)} beside it`,
      'Download the whole artifact: that file is in it.',
    );
  }
  const facts = parseFacts(text);
  if (typeof facts === 'string')
    throw failed(`${place} cannot be used: ${facts}`, 'Build the release again with this version.');
  if (facts.file !== path.basename(tarball)) {
    throw failed(`${place} is about ${facts.file}`, 'Put each tarball beside its own file of facts.');
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('hex') !== facts.sha256 || (await stat(tarball)).size !== facts.size) {
    throw failed(
      `${tarball} is not the tarball that ${path.basename(place)} describes`,
      'Download it again, or build it again.',
    );
  }
  return facts;
}

async function copyTo(from: string, place: string): Promise<void> {
  if (path.resolve(from) !== path.resolve(place)) await copyFile(from, place);
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function failed(what: string, next: string): MixReleaseError {
  return new MixReleaseError('index-failed', { what, next });
}
