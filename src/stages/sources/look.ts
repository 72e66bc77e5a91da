import { buffer } from 'node:stream/consumers';
import { BUILD_ROOT } from '../../builder/layout.js';
import type { RunningContainer } from '../../engine/container.js';
import { nameOf } from '../../path-bytes.js';
import { readKept, type Kept } from '../../cache/kept.js';
import { readSentFiles, type SentFiles } from './sent-files.js';
import { stateFailure } from './state-script.js';

/** A file, directory or link in the builder's checkout. All fields as `stat` prints them. */
export interface Present {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly inode: string;
  readonly ctime: string;
  readonly size: string;
  /** Permission bits, octal. */
  readonly mode: string;
}

/** The builder's checkout as it is, without its directories of dependencies and compiled code. */
export interface Checkout {
  /** Undefined where nothing is known of it. */
  readonly sent: SentFiles | undefined;
  readonly kept: Kept;
  readonly present: ReadonlyMap<string, Present>;
}

// Only caches of tools stay beside the checkout: what else is there could change what a build gives.
const TIDY = `
gone() {
  [ ! -d "$1" ] || (
    cd "$1" || exit
    shift
    for each in * .*; do
      case $each in . | ..) continue ;; esac
      { [ -e "$each" ] || [ -L "$each" ]; } || continue
      for kept in "$@"; do [ "$each" != "$kept" ] || continue 2; done
      rm -rf -- "$each" 2>/dev/null || { chmod -R u+rwX -- "$each" && rm -rf -- "$each"; } || exit
    done
  )
}
gone home .cache .npm .cargo && gone home/.npm _cacache && gone home/.cargo registry git &&
  gone state hex rebar3 && gone state/hex packages cache.ets || exit
beside=
[ ! -f record/beside ] || beside=$(cat record/beside)
set -f; IFS='
'
set -- $beside
set +f; unset IFS
gone . src home state record "$@" || exit
`;

// Names first, for they may have line ends in them.
const LIST = `
prune=record/prune
[ -f "$prune" ] || prune=/dev/null
cat record/sent 2>/dev/null; printf '\\0'
cat record/kept 2>/dev/null; printf '\\0'
xargs -0 sh -c 'cd src && find . "$@" -print0' sh <"$prune" && printf '\\0' &&
  xargs -0 sh -c 'cd src && find . "$@" -exec stat -c "%i %.9Z %s %f" {} +' sh <"$prune" && printf 'end\\n'
`;

/**
 * Looks at the builder's checkout. The first time in a build, nothing of the project has run yet.
 *
 * @param tidy - whether to remove what earlier builds left beside the checkout, besides caches
 * @throws MixReleaseError `compile-failed`
 */
export async function lookAtCheckout(container: RunningContainer, tidy: boolean): Promise<Checkout> {
  const printed: string[] = [];
  const script = `cd ${BUILD_ROOT} || exit\n${tidy ? TIDY : ''}${LIST}`;
  const argv = ['sh', '-c', script];
  await using talk = await container.talk({ title: 'the look at the checkout', argv }, (line) => printed.push(line));
  talk.input.end();
  const checkout = parseLook(await buffer(talk.output));
  if (checkout) return checkout;
  throw stateFailure('compile-failed', 'the build cache of an earlier build cannot be updated', printed);
}

const NUL = 0;

/** @returns undefined where the output is not whole */
function parseLook(output: Buffer): Checkout | undefined {
  const parts: Buffer[] = [];
  let from = 0;
  for (;;) {
    const to = output.indexOf(NUL, from);
    if (to < 0) break;
    parts.push(output.subarray(from, to));
    from = to + 1;
    // An empty name ends the names.
    if (parts.length > 2 && parts.at(-1)?.length === 0) break;
  }
  const [sent, kept, ...names] = parts.map((part) => nameOf(part));
  const lines = output.subarray(from).toString().split('\n');
  if (sent === undefined || kept === undefined || names.pop() !== '') return undefined;
  if (lines.pop() !== '' || lines.pop() !== 'end' || lines.length !== names.length) return undefined;
  const present = new Map<string, Present>();
  names.forEach((name, at) => {
    const [inode = '', ctime = '', size = '', raw = ''] = lines[at]?.split(' ') ?? [];
    const bits = parseInt(raw, 16);
    const [kind, mode] = [KINDS[bits & 0o170000] ?? 'other', (bits & 0o7777).toString(8)];
    if (name !== '.') present.set(name.slice(2), { kind, inode, ctime, size, mode });
  });
  return { sent: readSentFiles(sent), kept: readKept(kept), present };
}

const KINDS: Readonly<Record<number, Present['kind']>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'link' };
