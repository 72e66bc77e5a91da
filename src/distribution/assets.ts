import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MixReleaseError, systemErrorCode } from '../errors.js';
import { factsPath, parseFacts, TARBALL, type TarballFacts } from './facts.js';
import { installScript } from './install-script.js';
import { checksumsText, indexText, releaseIndex, type ReleaseIndex } from './release-index.js';

/** The inputs of the files to publish. */
export interface AssetsRequest {
  /** Absolute; with tarballs at any depth, each next to its facts. */
  readonly directories: readonly string[];
  /** Absolute; for copies of the tarballs and their SBOMs, and the other files. */
  readonly output: string;
  /** The address that install.sh downloads the files from. */
  readonly baseUrl: string | undefined;
  readonly commit: string | undefined;
}

/** The files of one release, ready to be published together. */
export interface Assets {
  readonly index: ReleaseIndex;
  /** Absolute paths of all files to publish, sorted. */
  readonly files: readonly string[];
}

/** A tarball that matches its facts. */
interface FoundTarball {
  readonly tarball: string;
  readonly facts: TarballFacts;
}

/**
 * Collects tarballs and their SBOMs into one directory and writes `release.json`, `install.sh` and `checksums.txt` next to them. It
 * checks every tarball against its facts. The same tarballs give the same bytes.
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
  const beside = found.flatMap(({ tarball, facts: { sbom } }) =>
    sbom ? [{ ...sbom, directory: path.dirname(tarball) }] : [],
  );
  for (const { tarball, facts } of found) await copyUnlessSame(tarball, path.join(output, facts.file));
  for (const { directory, file } of beside) await copyUnlessSame(path.join(directory, file), path.join(output, file));
  const texts = { 'install.sh': installScript(baseUrl), 'release.json': indexText(index) };
  const written = Object.entries(texts).map(([file, text]) => ({ file, text, sha256: sha256Of(text) }));
  const tarballs = found.map(({ facts: { file, sha256 } }) => ({ file, sha256 }));
  const checksums = [...tarballs, ...beside.map(({ file, sha256 }) => ({ file, sha256 })), ...written];
  for (const { file, text } of [...written, { file: 'checksums.txt', text: checksumsText(checksums) }]) {
    await writeFile(path.join(output, file), text);
  }
  await chmod(path.join(output, 'install.sh'), 0o755);
  const files = [...checksums.map(({ file }) => file), 'checksums.txt'].sort();
  return { index, files: files.map((file) => path.join(output, file)) };
}

/** Every tarball below the directories; two with the same name and bytes count once. */
async function findTarballs({ directories, output }: AssetsRequest): Promise<readonly FoundTarball[]> {
  const paths = (await Promise.all(directories.map(tarballsBelow))).flat();
  const found = new Map<string, FoundTarball>();
  for (const tarball of paths) {
    const facts = await factsOf(tarball);
    const earlier = found.get(facts.file);
    if (earlier === undefined) found.set(facts.file, { tarball, facts });
    else if (earlier.facts.sha256 !== facts.sha256) {
      throw failed(
        `${earlier.tarball} and ${tarball} have the same name but different contents`,
        'Remove the wrong one.',
      );
    }
  }
  if (found.size > 0) return [...found.values()];
  throw failed(
    `there is no release tarball below ${directories.join(', ')}`,
    `Name the directory that has the output of the builds or their downloaded artifacts; ${output} is only written to.`,
  );
}

async function tarballsBelow(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const tarballs = entries
      .filter((entry) => entry.isFile() && TARBALL.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const unpacked = tarballs.map((tarball) => tarball.replace(TARBALL, path.sep));
    // A build writes each release unpacked next to its tarball, and a release may contain archives.
    return tarballs.filter((tarball) => !unpacked.some((release) => tarball.startsWith(release))).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw failed(`there is no directory ${directory}`, 'Name an existing directory.');
    throw error;
  }
}

async function factsOf(tarball: string): Promise<TarballFacts> {
  const factsFile = factsPath(tarball);
  let text: string;
  try {
    text = await readFile(factsFile, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw failed(
      `${tarball} has no ${path.basename(factsFile)} next to it`,
      'Download the whole artifact, which has that file.',
    );
  }
  const facts = parseFacts(text);
  if (typeof facts === 'string')
    throw failed(`${factsFile} cannot be used: ${facts}`, 'Build the release again with this version.');
  if (facts.file !== path.basename(tarball)) {
    throw failed(`${factsFile} describes ${facts.file}`, 'Put each tarball next to its own facts.');
  }
  if ((await sha256OfFile(tarball)) !== facts.sha256 || (await stat(tarball)).size !== facts.size) {
    throw failed(
      `${tarball} is not the tarball that ${path.basename(factsFile)} describes`,
      'Download it again, or build it again.',
    );
  }
  if (facts.sbom) await requireSbom(path.join(path.dirname(tarball), facts.sbom.file), facts.sbom.sha256, factsFile);
  return facts;
}

/** The list of what is inside is published with its tarball, or neither of them. */
async function requireSbom(file: string, sha256: string, factsFile: string): Promise<void> {
  const found = await sha256OfFile(file).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === sha256) return;
  throw failed(
    found === undefined
      ? `${path.basename(factsFile)} names ${file}, and there is none`
      : `${file} is not the SBOM that ${path.basename(factsFile)} describes`,
    'Download the whole artifact again, or build it again.',
  );
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function copyUnlessSame(from: string, to: string): Promise<void> {
  if (path.resolve(from) !== path.resolve(to)) await copyFile(from, to);
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function failed(what: string, next: string): MixReleaseError {
  return new MixReleaseError('index-failed', { what, next });
}
