import { gunzipSync, inflateSync } from 'node:zlib';
import { systemErrorCode } from '../errors.js';

/** Longer than any constant of a module: what says that it unpacks to more is malformed. In bytes. */
const MAX_UNPACKED = 256 * 1024 ** 2;
const GZIP_MAGIC = 0x1f8b;

/** Whether a file is compiled Erlang or Elixir code: by its first bytes, or compressed and by its name. */
export function isCompiled(path: string, head: Buffer): boolean {
  if (head.length < 12) return false;
  if (head.readUInt16BE(0) === GZIP_MAGIC) return path.endsWith('.beam');
  return isBeam(head);
}

function isBeam(file: Buffer): boolean {
  return file.length >= 12 && file.toString('latin1', 0, 4) === 'FOR1' && file.toString('latin1', 8, 12) === 'BEAM';
}

/**
 * The chunks of compiled code by name; undefined for any other file.
 *
 * Format: https://www.erlang.org/doc/apps/erts/beam_lib.html (IFF: `FOR1`, size, `BEAM`, then chunks of name, size and
 * content, padded to four bytes)
 *
 * @throws zlib's error for a file whose compression is damaged
 */
export function chunksOf(file: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (file.length < 12) return undefined;
  const beam = file.readUInt16BE(0) === GZIP_MAGIC ? gunzipSync(file, { maxOutputLength: MAX_UNPACKED }) : file;
  if (!isBeam(beam)) return undefined;
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= beam.length;) {
    const size = beam.readUInt32BE(at + 4);
    chunks.set(beam.toString('latin1', at, at + 4), beam.subarray(at + 8, at + 8 + size));
    at += 8 + size + (-size & 3);
  }
  return chunks;
}

/**
 * The constants of a module, in Erlang's external term format, from its chunk `LitT`: a size and zlib's stream, or from
 * OTP 28 on a size of 0 and the constants themselves.
 *
 * @throws zlib's error for a chunk that is damaged
 */
function literalsOf(chunk: Buffer): Buffer {
  if (chunk.length < 4) return Buffer.alloc(0);
  const content = chunk.subarray(4);
  return chunk.readUInt32BE(0) === 0 ? content : inflateSync(content, { maxOutputLength: MAX_UNPACKED });
}

/** The parts of a module that the rules look at. */
export interface CompiledModule {
  /** The chunk with its atoms: names of modules and functions as text, one behind the other. */
  readonly atoms: Buffer;
  /** See `literalsOf`. */
  readonly literals: Buffer;
  /** The fixed pieces of binaries that are put together while it runs, one behind the other. */
  readonly texts: Buffer;
}

/** @returns undefined for a file that is no module, or whose compression is damaged */
export function readModule(file: Buffer): CompiledModule | undefined {
  try {
    const chunks = chunksOf(file);
    if (!chunks) return undefined;
    const chunk = (name: string): Buffer => chunks.get(name) ?? Buffer.alloc(0);
    const atoms = chunks.get('AtU8') ?? chunk('Atom');
    return { atoms, literals: literalsOf(chunk('LitT')), texts: chunk('StrT') };
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  return /^(?:Z_|ERR_BUFFER_TOO_LARGE$)/.test(systemErrorCode(error) ?? '');
}

const BINARY_EXT = 109;
const STRING_EXT = 107;

/**
 * The strings among constants that begin with a text: binaries, and lists of characters.
 *
 * Format: https://www.erlang.org/doc/apps/erts/erl_ext_dist.html: a tag, a length of four bytes for a binary or of two
 * for a list, and the bytes
 */
export function stringsWith(beginning: Buffer, literals: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = literals.indexOf(beginning); at >= 0; at = literals.indexOf(beginning, at + 1)) {
    const length =
      at >= 5 && literals[at - 5] === BINARY_EXT
        ? literals.readUInt32BE(at - 4)
        : at >= 3 && literals[at - 3] === STRING_EXT
          ? literals.readUInt16BE(at - 2)
          : undefined;
    if (length === undefined || length < beginning.length || at + length > literals.length) continue;
    found.push(literals.toString('utf8', at, at + length));
  }
  return found;
}
