import { chunksOf } from '../audit/beam.js';

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
