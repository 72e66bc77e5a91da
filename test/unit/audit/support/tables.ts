import type { Numbers } from './numbers.js';

export interface PlannedSymbol {
  readonly name: string;
  /** 0 local, 1 global, 2 weak, 10 unique. */
  readonly binding?: number;
  /** 0 default, 1 internal, 2 hidden, 3 protected. */
  readonly visibility?: number;
  /** Undefined unless set. */
  readonly defined?: boolean;
  /** The number of its version, with 0x8000 for one that is not the default. */
  readonly version?: number;
}

export interface PlannedNeed {
  readonly library: string;
  readonly versions: readonly { readonly name: string; readonly index: number; readonly flags?: number }[];
}

export interface PlannedDefinition {
  /** The version, and those that it goes on from. */
  readonly names: readonly string[];
  readonly index: number;
  readonly flags?: number;
}

/** A table of strings that packageFamily. */
export class Strings {
  #text = '\0';

  add(text: string): number {
    const place = Buffer.byteLength(this.#text);
    this.#text += `${text}\0`;
    return place;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text);
  }
}

/** The first symbol is none, and not in the plan. */
export function symbolTable(numbers: Numbers, strings: Strings, symbols: readonly PlannedSymbol[]): Buffer {
  const entries = symbols.map(({ name, binding = 1, visibility = 0, defined = false }) =>
    numbers.symbol(name === '' ? 0 : strings.add(name), (binding << 4) | 1, visibility, defined ? 7 : 0),
  );
  return Buffer.concat([numbers.symbol(0, 0, 0, 0), ...entries]);
}

export function versionNumbers(numbers: Numbers, symbols: readonly PlannedSymbol[]): Buffer {
  return Buffer.concat([numbers.u16(0), ...symbols.map(({ version = 1 }) => numbers.u16(version))]);
}

/** The hash table of System V: one bucket, and as many entries in the chain as there are symbols. */
export function hashTable({ u32, word }: Numbers, symbols: number, wide: boolean): Buffer {
  const number = wide ? word : u32;
  return Buffer.concat([1, symbols, 0, ...Array.from({ length: symbols }, () => 0)].map(number));
}

/** The GNU hash table: one bucket with all symbols from `first` on; GNU ld writes 1 for `first` where there is none. */
export function gnuHashTable({ u32, word }: Numbers, first: number, symbols: number): Buffer {
  const chain = Array.from({ length: symbols - first }, (_, index) => (index === symbols - first - 1 ? 1 : 2));
  return Buffer.concat([
    ...[1, chain.length === 0 ? 1 : first, 1, 6].map(u32),
    word(0xffffffff),
    u32(chain.length === 0 ? 0 : first),
    ...chain.map(u32),
  ]);
}

export function neededVersions({ u16, u32 }: Numbers, strings: Strings, needs: readonly PlannedNeed[]): Buffer {
  const needed = needs.map(({ library, versions }, which) => {
    const last = which === needs.length - 1;
    const entries = versions.map(({ name, index, flags = 0 }, at) => {
      const next = at === versions.length - 1 ? 0 : 16;
      return Buffer.concat([u32(elfHash(name)), u16(flags), u16(index), u32(strings.add(name)), u32(next)]);
    });
    const next = last ? 0 : 16 + 16 * versions.length;
    return Buffer.concat([u16(1), u16(versions.length), u32(strings.add(library)), u32(16), u32(next), ...entries]);
  });
  return Buffer.concat(needed);
}

export function definedVersions({ u16, u32 }: Numbers, strings: Strings, all: readonly PlannedDefinition[]): Buffer {
  const definitions = all.map(({ names, index, flags = 0 }, which) => {
    const entries = names.map((name, at) =>
      Buffer.concat([u32(strings.add(name)), u32(at === names.length - 1 ? 0 : 8)]),
    );
    const head = [u16(1), u16(flags), u16(index), u16(names.length), u32(elfHash(names[0] ?? '')), u32(20)];
    return Buffer.concat([...head, u32(which === all.length - 1 ? 0 : 20 + 8 * names.length), ...entries]);
  });
  return Buffer.concat(definitions);
}

/** One note; its parts are padded to multiples of `alignment` bytes. */
export function note({ u32 }: Numbers, type: number, content: Buffer, owner = 'GNU', alignment = 4): Buffer {
  const padded = (...parts: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(parts);
    return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (alignment - 1))]);
  };
  const name = Buffer.from(`${owner}\0`);
  const head = padded(u32(name.length), u32(content.length), u32(type), name);
  return padded(head, content);
}

/** A property with one number of four bytes. */
export function property({ u32, width }: Numbers, type: number, bits: number): Buffer {
  return Buffer.concat([u32(type), u32(4), u32(bits), Buffer.alloc(width - 4)]);
}

/** The hash of a version's name that the format defines. */
function elfHash(name: string): number {
  let hash = 0n;
  for (const byte of Buffer.from(name)) {
    hash = (hash << 4n) + BigInt(byte);
    hash = (hash ^ ((hash >> 24n) & 0xf0n)) & 0x0fffffffn;
  }
  return Number(hash);
}
