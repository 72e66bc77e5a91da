import { compareVersions, readVersion } from '../versions/version.js';

/** The first Elixir version that compiles dependencies in several processes. */
const FIRST = { tool: 'elixir', parts: [1, 19], rc: undefined } as const;

/**
 * The number of processes that compile dependencies: the requested number, where the image's Elixir supports it;
 * otherwise one, with a note.
 *
 * @param elixir - the version in the image
 */
export function partitionsFor(
  requested: number | undefined,
  elixir: string,
  note: (text: string) => void,
): number | undefined {
  const version = readVersion('elixir', elixir);
  if (requested === undefined || !version || compareVersions(version, FIRST) >= 0) return requested;
  note(
    `deps-partitions is ignored: Elixir ${elixir} compiles dependencies in one process; 1.19 is the first that supports several`,
  );
  return undefined;
}
