import { readElf } from '../audit/elf/elf.js';
import { bufferSource } from '../audit/elf/source.js';

/** How many paths of each file are named. */
const NAMED = 3;

/** Why two files of machine code differ, in words; undefined where one of them is none. */
export function whyElfsDiffer(one: Buffer, other: Buffer): string | undefined {
  if (![one, other].every((file) => file.toString('latin1', 0, 4) === '\u007fELF')) return undefined;
  const [left, right] = [readElf(bufferSource(one)), readElf(bufferSource(other))];
  if (left.machine.name !== right.machine.name) {
    return `machine code for ${left.machine.name} and for ${right.machine.name}`;
  }
  const reasons = ['machine code'];
  const paths = [pathsOf(one), pathsOf(other)] as const;
  const only = (mine: ReadonlySet<string>, theirs: ReadonlySet<string>): string =>
    [...mine]
      .filter((name) => !theirs.has(name))
      .slice(0, NAMED)
      .join(', ');
  const [here, there] = [only(paths[0], paths[1]), only(paths[1], paths[0])];
  if (here !== '' || there !== '') {
    const debug =
      hasDebug(one) || hasDebug(other) ? ' in debug information: compile without -g, or with -ffile-prefix-map' : '';
    reasons.push(`paths of the build (${here || 'none'} and ${there || 'none'})${debug}`);
  }
  if (left.buildId !== right.buildId) reasons.push('the build id, which is a hash of the rest');
  if (left.needed.join() !== right.needed.join())
    reasons.push(`libraries (${left.needed.join(' ')} and ${right.needed.join(' ')})`);
  return reasons.length === 1 ? reasons[0] : `${reasons[0] ?? ''} differs in ${reasons.slice(1).join(', and in ')}`;
}

/** What looks like the absolute path of a source or of a directory. */
function pathsOf(file: Buffer): ReadonlySet<string> {
  const found = file.toString('latin1').matchAll(/\/(?:[\w.+@-]+\/)+[\w.+@-]*/g);
  return new Set([...found].map(([name]) => name));
}

function hasDebug(file: Buffer): boolean {
  return file.includes('.debug_info');
}
