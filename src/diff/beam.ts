import { gunzipSync } from 'node:zlib';

/** Descriptions of the chunks of compiled code. */
const CHUNKS: Readonly<Record<string, string>> = {
  CInf: 'how it was compiled: options and the path of the source',
  Dbgi: 'debug information',
  Abst: 'debug information',
  Docs: 'documentation',
  Line: 'line numbers and paths of sources',
  LitT: 'constants',
  Code: 'code',
  Attr: 'attributes, such as the version',
  ExCk: "Elixir's signatures of functions",
  AtU8: 'atoms',
  StrT: 'strings',
  Type: 'types',
  Meta: 'metadata',
};

/**
 * The chunks of a `.beam` file by name; undefined for any other file.
 *
 * Format: https://www.erlang.org/doc/apps/erts/beam_lib.html (IFF: `FOR1`, size, `BEAM`, then chunks of name, size and
 * content, padded to four bytes)
 */
function chunksOf(file: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const beam = file.readUInt16BE(0) === 0x1f8b ? gunzipSync(file) : file;
  if (beam.length < 12 || beam.toString('latin1', 0, 4) !== 'FOR1' || beam.toString('latin1', 8, 12) !== 'BEAM') {
    return undefined;
  }
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= beam.length;) {
    const size = beam.readUInt32BE(at + 4);
    chunks.set(beam.toString('latin1', at, at + 4), beam.subarray(at + 8, at + 8 + size));
    at += 8 + size + (-size & 3);
  }
  return chunks;
}

/** Names the chunks in which two `.beam` files differ; undefined where one of them is not a `.beam` file. */
export function beamDifference(first: Buffer, second: Buffer): string | undefined {
  const [left, right] = [chunksOf(first), chunksOf(second)];
  if (!left || !right) return undefined;
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const differing = names.filter(
    (name) => !(left.get(name) ?? Buffer.alloc(0)).equals(right.get(name) ?? Buffer.alloc(0)),
  );
  if (differing.length === 0) return 'the chunks are equal, but their order or compression differs';
  const words = differing.map((name) => (CHUNKS[name] === undefined ? name : `${name} (${CHUNKS[name]})`));
  return `compiled code differs in ${words.join(', ')}`;
}
