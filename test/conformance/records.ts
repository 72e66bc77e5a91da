import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../support/cli.js';
import { systemErrorCode } from '../../src/errors.js';
import type { Entry } from './model.js';
import { PLATFORMS, type Platform } from './platforms.js';
import type { Result } from './run.js';

/** How the entries of a platform ended when they were run last, by identifier: true where the feature was seen. */
export type PlatformRecord = ReadonlyMap<string, boolean>;

const fileOf = ({ name }: Platform): string => path.join(ROOT, 'test/conformance/results', `${name}.json`);

/** Keeps the results of a run beside those of entries that were not in it; what is no entry any more goes. */
export async function writeRecord(
  platform: Platform,
  results: readonly Result[],
  entries: readonly Entry[],
): Promise<void> {
  const known = new Map(await readRecord(platform));
  for (const { entry, failure } of results) known.set(entry.id, failure === undefined);
  const kept = entries.flatMap(({ id }) => (known.has(id) ? [[id, known.get(id)] as const] : []));
  await mkdir(path.dirname(fileOf(platform)), { recursive: true });
  await writeFile(fileOf(platform), `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}

async function readRecord(platform: Platform): Promise<PlatformRecord> {
  const text = await readFile(fileOf(platform), 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return '{}';
    throw error;
  });
  return new Map(Object.entries(JSON.parse(text) as Readonly<Record<string, boolean>>));
}

/** What is known of every platform, by its name. */
export async function readRecords(): Promise<ReadonlyMap<string, PlatformRecord>> {
  return new Map(await Promise.all(PLATFORMS.map(async (it) => [it.name, await readRecord(it)] as const)));
}
