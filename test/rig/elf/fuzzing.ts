import { createContext, Script } from 'node:vm';
import { AUDITED_SYMBOLS } from '../../../src/audit/code-file.js';
import { readElf, type ElfFile } from '../../../src/audit/elf/elf.js';
import { ElfError } from '../../../src/audit/elf/error.js';
import { bufferSource, type Source } from '../../../src/audit/elf/source.js';
import { mutate, randomOf, type Original } from './mutate.js';

/** What became of the inputs. */
export interface Outcome {
  readonly inputs: number;
  readonly read: number;
  /** How many were refused, by the error's code. */
  readonly refused: ReadonlyMap<string, number>;
  /** The longest time that one took, in milliseconds. */
  readonly slowest: number;
  /** By how much the most memory that the process ever had rose, in mebibytes. */
  readonly memory: number;
  readonly failure: Failure | undefined;
}

/** An input that the reader did not take as it should. */
export interface Failure {
  readonly what: string;
  /** The file that was changed. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** In milliseconds. */
const SLOWEST = 1000;
/** In mebibytes: what is left for the collector to find, a hundred inputs of a quarter of one and what was read of them. */
const MOST_MEMORY = 512;
/**
 * So often a byte may be read: in a page, and in what spans pages: names, symbols, their versions, the buckets of a hash
 * table, and names and notes of their own.
 */
const MOST_READS = 7;
const BATCH = 100;
const PATIENCE = 20_000;

/** All of a file, and then another as an audit reads it. */
function everySecondAsAudit(): (source: Source) => ElfFile {
  let isAudit = true;
  return (source) => {
    isAudit = !isAudit;
    return readElf(source, isAudit ? AUDITED_SYMBOLS : undefined);
  };
}

/**
 * Gives the reader changed files until one of them makes it do what it should not: throw anything but `ElfError`, take
 * more than a second, read the file again and again or outside of it, give more than the file can hold, or take memory
 * without bound.
 *
 * @param reader - another one, and the milliseconds after which a hundred inputs have hung, only to see that faults are
 *   found
 */
export function fuzz(
  originals: readonly Original[],
  count: number,
  seed: number,
  { read = everySecondAsAudit(), patience = PATIENCE }: { read?: (source: Source) => ElfFile; patience?: number } = {},
): Outcome {
  const random = randomOf(seed);
  const refused = new Map<string, number>();
  const state = { inputs: 0, read: 0, slowest: 0, memory: 0, failure: undefined as Failure | undefined };
  const before = mostMemory();

  const one = (): void => {
    const original = originals[random(originals.length)];
    if (!original) throw new Error('there are no files to change');
    const { bytes, restore } = mutate(original, random);
    state.failure = failureOf(original, bytes, 'took far too long'); // unless it comes to an end
    const started = performance.now();
    const outcome = outcomeOf(bytes, read);
    const took = performance.now() - started;
    state.memory = mostMemory() - before;
    const what =
      (state.memory > MOST_MEMORY ? `took ${state.memory.toFixed(0)} MiB of memory` : undefined) ??
      (took > SLOWEST ? `took ${took.toFixed(0)} ms` : outcome.fault);
    state.failure = what === undefined ? undefined : failureOf(original, Buffer.from(bytes), what);
    state.inputs += 1;
    state.slowest = Math.max(state.slowest, took);
    restore();
    if (outcome.code === undefined) state.read += 1;
    else refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
  };

  const batch = (): void => {
    const end = Math.min(count, state.inputs + BATCH);
    while (state.inputs < end && !state.failure) one();
  };
  // Only a script of its own can be ended from outside when it loops.
  const script = new Script('batch()');
  const context = createContext({ batch });
  while (state.inputs < count && !state.failure) {
    try {
      script.runInContext(context, { timeout: patience });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      break;
    }
  }
  return { ...state, refused };
}

/** The most that the process ever had, also where it was given back since; in mebibytes. */
function mostMemory(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function failureOf({ name }: Original, bytes: Buffer, what: string): Failure {
  return { what, name, bytes };
}

function outcomeOf(bytes: Buffer, read: (source: Source) => ElfFile): { fault?: string | undefined; code?: string } {
  const source = watched(bytes);
  try {
    const file = read(source);
    return { fault: source.fault() ?? faultOf(file, bytes.length) };
  } catch (error) {
    if (!(error instanceof ElfError)) return { fault: `threw ${String(error)}` };
    const wrong = Number.isSafeInteger(error.offset) && error.offset >= 0 ? undefined : 'an error at no place';
    return { fault: source.fault() ?? wrong, code: error.code };
  }
}

/** A source that knows whether it was asked for too much. */
function watched(bytes: Buffer): Source & { fault: () => string | undefined } {
  const source = bufferSource(bytes);
  let total = 0;
  let outside = false;
  return {
    size: source.size,
    read: (offset, length) => {
      total += length;
      outside ||= !(offset >= 0 && length >= 0 && offset + length <= bytes.length);
      return source.read(offset, length);
    },
    fault: () => {
      if (outside) return 'read outside of the file';
      return total > MOST_READS * bytes.length ? `read ${String(total)} of ${String(bytes.length)} bytes` : undefined;
    },
  };
}

/** No entry of a list takes less than a byte of the file, and no two have the same. */
function faultOf(file: ElfFile, size: number): string | undefined {
  const { needed, versionNeeds, versionDefinitions, undefinedSymbols, exportedSymbols, damage } = file;
  const lists = [needed, versionNeeds, versionDefinitions, undefinedSymbols, exportedSymbols, damage];
  const within = versionNeeds.map(({ versions }) => versions);
  const entries = [...lists, ...within].reduce((sum, { length }) => sum + length, 0);
  if (entries > size) return `gave ${String(entries)} entries of ${String(size)} bytes`;
  const names = new Set([...undefinedSymbols, ...exportedSymbols].map(({ name }) => name));
  const letters = needed.concat(...names).reduce((sum, { length }) => sum + length, 0);
  return letters > 2 * size ? `gave names of ${String(letters)} letters of ${String(size)} bytes` : undefined;
}
