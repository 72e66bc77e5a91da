import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/cli.js';

/** The releases that the rig builds, by the system they are built on; `compiled` is bookworm with a newer Erlang. */
export const BASES = {
  trixie: { target: 'x86_64-unknown-linux-gnu', glibc: '2.41' },
  bookworm: { target: 'x86_64-unknown-linux-gnu', glibc: '2.36' },
  compiled: { target: 'x86_64-unknown-linux-gnu', glibc: '2.36' },
  bullseye: { target: 'x86_64-unknown-linux-gnu', glibc: '2.31' },
  forky: { target: 'x86_64-unknown-linux-gnu', glibc: '2.43' },
  musl: { target: 'x86_64-unknown-linux-musl', glibc: undefined },
  arm64: { target: 'aarch64-unknown-linux-gnu', glibc: '2.41' },
} as const satisfies Readonly<Record<string, { readonly target: string; readonly glibc: string | undefined }>>;

export type Base = keyof typeof BASES;

/** Where the parts of the corpus lie: a directory for each base, and one with files of machine code (`objects`). */
export type Parts = Readonly<Record<Base | 'objects', string>>;

/** Has the rig make what is not there yet. */
export async function makeParts(): Promise<Parts> {
  const { stdout } = await promisify(execFile)(path.join(ROOT, 'test/rig/corpus.sh'), { maxBuffer: 1 << 24 });
  const named = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]);
  return Object.fromEntries(named) as Record<Base | 'objects', string>;
}
