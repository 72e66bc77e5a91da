import path from 'node:path';
import { packFiles } from '../../archive/files.js';
import { BUILD_ROOT, RECORD, SOURCES } from '../../builder/layout.js';
import { fetchedPlaces, type Kept } from '../../cache/kept.js';
import type { RunningContainer } from '../../engine/container.js';
import { runStateScript } from '../sources/state-script.js';

/** Beside the checkout; the next build removes it where this one ends in between. */
const ASIDE = `${BUILD_ROOT}/aside`;
/** The list of what is set aside, each ended by a NUL. */
const LIST = path.posix.join(RECORD, 'aside');

const MOVE = `
from=$1 to=$2 list=$3
mkdir -p "$to" || exit
xargs -0 sh -c '
  from=$1 to=$2
  shift 2
  for each; do
    { [ -e "$from/$each" ] || [ -L "$from/$each" ]; } || continue
    mkdir -p "$(dirname "$to/$each")" && mv "$from/$each" "$to/$each" || exit 255
  done
' sh "$from" "$to" <"$list"
`;

const DROP_EXCHANGED = `
cd "$1" || exit
shift
for build; do [ ! -e "$build/.mix-release/cross/exchanged" ] || { rm -rf -- "$@" && exit; }; done
`;

const ANY = `
cd "$1" || exit 2
xargs -0 sh -c 'for each; do { [ ! -e "$each" ] && [ ! -L "$each" ]; } || exit 255; done' sh <"$2"
`;

/**
 * Sets compiled code of earlier builds aside while the user's commands run, with what its compilation wrote below the
 * sources: commands that compile then compile from nothing, as in a clean build, and others do not see it.
 *
 * @returns puts it back, or removes it where the commands compiled
 * @throws MixReleaseError `before-build-failed`
 */
export async function setCompiledAside(container: RunningContainer, kept: Kept): Promise<() => Promise<void>> {
  const { places, outputs } = kept;
  const builds = Object.values(places).map(({ build }) => path.posix.relative(SOURCES, build));
  const names = [...builds.filter((name) => !name.startsWith('..')), ...outputs];
  if (names.length === 0) return () => Promise.resolve();
  // A build that was killed left code of another target in place, which commands that compile would take for this one's.
  const all = [...Object.values(places).map(({ build }) => build), ...fetchedPlaces(kept)];
  await shell(container, DROP_EXCHANGED, SOURCES, ...all);
  await container.put(packFiles([{ path: 'aside', text: names.map((name) => `${name}\0`).join('') }]), RECORD);
  await shell(container, MOVE, SOURCES, ASIDE, LIST);
  return async () => {
    if (await isNoneThere(container)) await shell(container, MOVE, ASIDE, SOURCES, LIST);
    await shell(container, 'rm -rf -- "$1"', ASIDE);
  };
}

/** Whether the commands made nothing of what was set aside. */
async function isNoneThere(container: RunningContainer): Promise<boolean> {
  const argv = ['sh', '-c', ANY, 'sh', SOURCES, LIST];
  return (await container.run({ title: 'the look at compiled code', argv }, () => undefined)) === 0;
}

function shell(container: RunningContainer, script: string, ...args: readonly string[]): Promise<void> {
  return runStateScript(container, {
    ...{ title: 'the move of compiled code', script, args },
    ...{ code: 'before-build-failed', failure: 'compiled code of an earlier build could not be set aside' },
  });
}
