import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { compareReleases, type Difference } from '../diff/compare.js';
import { openRelease } from '../diff/release.js';
import { inert } from '../inert.js';
import type { Invocation } from './program.js';

/** Exit status of a comparison that found differences. */
const DIFFERS = 1;

/** Prints the differences between two releases, one per line or as one JSON object, and sets the exit status. */
export async function diffCommand({ releases, json }: Extract<Invocation, { command: 'diff' }>): Promise<void> {
  const [first, second] = releases;
  await using one = await openRelease(first);
  await using other = await openRelease(second);
  const found = await compareReleases(one, other);
  const tarballs = one.kind === 'tarball' && other.kind === 'tarball';
  const differences: readonly Difference[] =
    found.length === 0 && tarballs && (await digestOf(first)) !== (await digestOf(second))
      ? [{ path: '.', kind: 'archive', why: 'all entries are equal, but their order or the compression differs' }]
      : found;
  const lines = json ? [JSON.stringify({ same: differences.length === 0, differences })] : differences.map(lineOf);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (differences.length > 0) process.exitCode = DIFFERS;
}

function lineOf({ path, kind, why }: Difference): string {
  return inert(`${path}: ${kind.replaceAll('-', ' ')}${why === '' ? '' : `: ${why}`}`);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
