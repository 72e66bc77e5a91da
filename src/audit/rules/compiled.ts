import { stringsWith, type CompiledModule } from '../beam.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';

/** Where the builder has sources, dependencies and compiled code (`src/builder/layout.ts`). No other machine has them. */
const BUILDER = ['/build/src', '/build/state'];
const BEGINNINGS = BUILDER.flatMap((path) => [path, `file://${path}`].map((text) => Buffer.from(text)));

const BUILDER_PATH = /^(?:file:\/\/)?\/build\/(?:src|state)(?:\/|$)/;
/** As long as it makes sense to show. */
const MAX_SHOWN = 100;

/**
 * Sources are named in compiled code by what never opens them: queries of Ecto, macros of Elixir, reports of where
 * something was defined.
 */
const SOURCE = /\.(?:exs?|[hls]?eex|sface|[eh]rl|[xy]rl|dtl|asn1?|gleam|lfe)\b/;

/**
 * Functions that Mix alone calls, to see whether a module is stale. They name directories of sources (Phoenix's
 * templates), and a module that has one is not judged.
 */
const FOR_MIX = ['__mix_recompile__?', '__phoenix_recompile__?'];

/**
 * Paths of the builder among the constants of compiled code, which no other machine has. Attributes, line numbers and
 * debug information are not read: no code opens what they name.
 */
export function builderPathFindings(path: string, module: CompiledModule): readonly Finding[] {
  // Tasks of Mix are in a release, and cannot run there.
  if (/\/Elixir\.Mix\.[^/]*$/.test(path)) return [];
  const found = builderPath(module);
  if (found === undefined) return [];
  const shown = found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}…` : found;
  return [
    warning(
      'builder-path',
      path,
      `the compiled code contains ${shown}, a path of the builder that no other machine has`,
      'Compute the path when the code runs: Application.app_dir(:app, "priv/…") or System.fetch_env!("RELEASE_ROOT") in a function, not in a module attribute.',
    ),
  ];
}

function builderPath({ atoms, literals, texts }: CompiledModule): string | undefined {
  if (FOR_MIX.some((name) => atoms.includes(name))) return undefined;
  const constants = BEGINNINGS.flatMap((beginning) => stringsWith(beginning, literals));
  return [...constants, ...pathsIn(texts)].find((text) => BUILDER_PATH.test(text) && !SOURCE.test(text));
}

/** Paths in the pieces of binaries, which stand one behind the other: `"#{@directory}/#{name}"` is among them. */
function pathsIn(texts: Buffer): readonly string[] {
  if (!texts.includes('/build/s')) return [];
  return texts.toString('latin1').match(/\/build\/(?:src|state)(?:\/[\w.@+~-]+)*/g) ?? [];
}
