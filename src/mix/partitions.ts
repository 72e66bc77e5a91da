import { compareVersions, readVersion } from '../versions/version.js';

/** The first Elixir whose Mix compiles dependencies in several processes. */
const FIRST = { tool: 'elixir', parts: [1, 19], rc: undefined } as const;

/**
 * In how many processes dependencies are compiled: as many as were asked for, where the Elixir of the image can do so;
 * else that is told.
 *
 * @param elixir - its version, as the image says it
 */
export function partitionsFor(
  requested: number | undefined,
  elixir: string,
  note: (text: string) => void,
): number | undefined {
  const version = readVersion('elixir', elixir);
  if (requested === undefined || !version || compareVersions(version, FIRST) >= 0) return requested;
  note(
    `deps-partitions is not used: Elixir ${elixir} compiles in one process, 1.19 is the first that can do otherwise`,
  );
  return undefined;
}
