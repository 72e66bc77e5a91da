import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { packFiles } from '../archive/files.js';
import { encodePath } from '../builder/encoded-path.js';
import { RECORD, SOURCES } from '../builder/layout.js';
import type { RunningContainer } from '../engine/container.js';
import { valueIn } from '../json.js';

const PLACES = v.pipe(
  v.object({
    /** The directory of dependencies, where nothing in it was sent. */
    deps: v.optional(v.string()),
    /** What was fetched beside dependencies that were sent. */
    fetched: v.optional(v.pipe(v.array(v.string()), v.readonly())),
    build: v.string(),
  }),
  v.readonly(),
);

const KEPT = v.pipe(
  v.object({
    version: v.literal(1),
    /** By Mix's environment and target: where fetched dependencies and compiled code are, absolute. */
    places: v.pipe(v.record(v.string(), PLACES), v.readonly()),
    /** What compilation wrote below the sources, relative to the checkout. */
    outputs: v.pipe(v.array(v.string()), v.readonly()),
  }),
  v.readonly(),
);

/** What stays in the builder's checkout from build to build, besides what was sent. */
export type Kept = v.InferOutput<typeof KEPT>;

export const NOTHING_KEPT: Kept = { version: 1, places: {}, outputs: [] };

/** @returns what is kept according to a file `kept` of the record; nothing where it is missing or damaged */
export function readKept(text: string): Kept {
  return valueIn(KEPT, text) ?? NOTHING_KEPT;
}

/** Where fetched dependencies are, absolute. */
export function fetchedPlaces({ places }: Kept): readonly string[] {
  return Object.values(places).flatMap(({ deps, fetched = [] }) => [...(deps === undefined ? [] : [deps]), ...fetched]);
}

/** The directories of dependencies and compiled code, absolute, without those below others. */
export function keptDirectories(kept: Kept): readonly string[] {
  const all = [...new Set([...fetchedPlaces(kept), ...Object.values(kept.places).map(({ build }) => build)])].sort();
  return all.filter((each) => !all.some((other) => other !== each && each.startsWith(`${other}/`)));
}

/**
 * Writes down what stays for the next build, where code of the project cannot change it.
 *
 * @param places - those of this build
 * @param outputs - what compilation wrote below the sources; undefined where it is not known yet
 */
export async function keepPlaces(
  container: RunningContainer,
  before: Kept,
  places: Kept['places'],
  outputs: readonly string[] | undefined,
): Promise<Kept> {
  const kept = { ...before, places: { ...before.places, ...places }, outputs: outputs ?? before.outputs };
  if (!isDeepStrictEqual(kept, before)) await writeKept(container, kept);
  return kept;
}

async function writeKept(container: RunningContainer, kept: Kept): Promise<void> {
  const files = [
    { path: 'kept', text: JSON.stringify(kept) },
    { path: 'prune', text: pruneArguments(keptDirectories(kept)) },
    { path: 'beside', text: besideNames(keptDirectories(kept)) },
    // For our Mix tasks, which know to which application each belongs unless their own state is lost.
    { path: 'outputs', text: kept.outputs.map((name) => `${encodePath(name)}\n`).join('') },
  ];
  await container.put(packFiles(files), RECORD);
}

/** The arguments with which `find` passes over directories of the checkout, each ended by a NUL. */
function pruneArguments(directories: readonly string[]): string {
  const inside = directories.filter((each) => each.startsWith(`${SOURCES}/`));
  if (inside.length === 0) return '';
  const tests = inside.flatMap((each, at) => [...(at === 0 ? [] : ['-o']), '-path', pattern(each)]);
  return ['(', ...tests, ')', '-prune', '-o'].map((word) => `${word}\0`).join('');
}

function pattern(directory: string): string {
  return `./${path.posix.relative(SOURCES, directory)}`.replaceAll(/[\\*?[]/g, '\\$&');
}

/** Names of directories beside the checkout that stay, where a project keeps its dependencies there; one a line. */
function besideNames(directories: readonly string[]): string {
  const outside = directories.map((each) => path.posix.relative(path.posix.dirname(SOURCES), each));
  const names = outside.filter((each) => !each.startsWith('..')).map((each) => each.split('/')[0] ?? '');
  return [...new Set(names)].map((name) => `${name}\n`).join('');
}

/** What is kept on the volume of a container; nothing where that is not known. */
export async function readKeptIn(container: RunningContainer): Promise<Kept> {
  const lines: string[] = [];
  const argv = ['cat', path.posix.join(RECORD, 'kept')];
  const status = await container.run({ title: 'cat', argv }, (line) => lines.push(line));
  return status === 0 ? readKept(lines.join('\n')) : NOTHING_KEPT;
}
