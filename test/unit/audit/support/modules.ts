import { deflateSync } from 'node:zlib';

function chunk(name: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.from(name), size, content, Buffer.alloc(-content.length & 3)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A binary in the external term format. */
export function binary(text: string): Buffer {
  return Buffer.concat([Buffer.from([131, 109]), u32(Buffer.byteLength(text)), Buffer.from(text)]);
}

/** A list of characters in the external term format. */
export function charlist(text: string): Buffer {
  return Buffer.concat([Buffer.from([131, 107, text.length >> 8, text.length & 255]), Buffer.from(text, 'latin1')]);
}

/** What a test puts into a compiled module. */
export interface ModulePlan {
  readonly atoms?: readonly string[];
  /** In the external term format. */
  readonly literals?: readonly Buffer[];
  /** Whether constants are not compressed, as from OTP 28 on. */
  readonly plain?: boolean;
  /** Fixed pieces of binaries. */
  readonly texts?: string;
  /** Chunks that no rule reads, by name. */
  readonly others?: Readonly<Record<string, Buffer>>;
}

/** A compiled module: chunks, and no code in them. */
export function beam(plan: ModulePlan): Buffer {
  const { atoms = ['Elixir.Web'], literals = [], plain = false, texts = '', others = {} } = plan;
  const table = Buffer.concat([u32(literals.length), ...literals.flatMap((each) => [u32(each.length), each])]);
  const constants = plain ? Buffer.concat([u32(0), table]) : Buffer.concat([u32(table.length), deflateSync(table)]);
  const names = atoms.flatMap((name) => [Buffer.from([name.length]), Buffer.from(name)]);
  const body = Buffer.concat([
    Buffer.from('BEAM'),
    chunk('AtU8', Buffer.concat([u32(atoms.length), ...names])),
    chunk('StrT', Buffer.from(texts)),
    ...(literals.length === 0 ? [] : [chunk('LitT', constants)]),
    ...Object.entries(others).map(([name, content]) => chunk(name, content)),
  ]);
  return Buffer.concat([Buffer.from('FOR1'), u32(body.length), body]);
}
