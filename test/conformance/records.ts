import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../support/cli.js';
import { PLATFORMS, type Platform } from './platforms.js';
import type { Result } from './run.js';

/** How the entries of a platform ended when they were run last, by identifier: true where the feature was seen. */
export type PlatformRecord = ReadonlyMap<string, boolean>;

const fileOf = ({ name }: Platform): string => path.join(ROOT, '.cache/conformance', `${name}.json`);

/** Keeps the results of a run beside those of entries that were not in it. */
export async function writeRecord(platform: Platform, results: readonly Result[]): Promise<void> {
  const kept = new Map(await readRecord(platform));
  for (const { entry, failure } of results) kept.set(entry.id, failure === undefined);
  await mkdir(path.dirname(fileOf(platform)), { recursive: true });
  await writeFile(fileOf(platform), `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}

async function readRecord(platform: Platform): Promise<PlatformRecord> {
  try {
    const kept = JSON.parse(await readFile(fileOf(platform), 'utf8')) as Readonly<Record<string, boolean>>;
    return new Map(Object.entries(kept));
  } catch {
    return new Map();
  }
}

/** What is known of every platform, by its name. */
export async function readRecords(): Promise<ReadonlyMap<string, PlatformRecord>> {
  return new Map(await Promise.all(PLATFORMS.map(async (it) => [it.name, await readRecord(it)] as const)));
}
