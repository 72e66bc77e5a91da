import { readElf } from '../audit/elf/elf.js';
import { bufferSource } from '../audit/elf/source.js';

/** The number of paths per file in a description. */
const MAX_PATHS = 3;

/** Describes why two ELF files differ; undefined where one of them is not ELF. */
export function elfDifference(first: Buffer, second: Buffer): string | undefined {
  if (![first, second].every((file) => file.toString('latin1', 0, 4) === '\u007fELF')) return undefined;
  const [left, right] = [readElf(bufferSource(first)), readElf(bufferSource(second))];
  if (left.machine.name !== right.machine.name) {
    return `machine code for ${left.machine.name} and for ${right.machine.name}`;
  }
  const reasons = ['machine code'];
  const paths = [pathsOf(first), pathsOf(second)] as const;
  const pathsOnlyIn = (mine: ReadonlySet<string>, theirs: ReadonlySet<string>): string =>
    [...mine]
      .filter((name) => !theirs.has(name))
      .slice(0, MAX_PATHS)
      .join(', ');
  const [onlyInFirst, onlyInSecond] = [pathsOnlyIn(paths[0], paths[1]), pathsOnlyIn(paths[1], paths[0])];
  if (onlyInFirst !== '' || onlyInSecond !== '') {
    const debug =
      hasDebug(first) || hasDebug(second) ? ' in debug information: compile without -g, or with -ffile-prefix-map' : '';
    reasons.push(`paths of the build (${onlyInFirst || 'none'} and ${onlyInSecond || 'none'})${debug}`);
  }
  if (left.buildId !== right.buildId) reasons.push('the build id, which is a hash of the rest');
  if (left.needed.join() !== right.needed.join())
    reasons.push(`libraries (${left.needed.join(' ')} and ${right.needed.join(' ')})`);
  return reasons.length === 1 ? reasons[0] : `${reasons[0] ?? ''} differs in ${reasons.slice(1).join(', and in ')}`;
}

/** Strings that look like absolute paths of files or directories. */
function pathsOf(file: Buffer): ReadonlySet<string> {
  const found = file.toString('latin1').matchAll(/\/(?:[\w.+@-]+\/)+[\w.+@-]*/g);
  return new Set([...found].map(([name]) => name));
}

function hasDebug(file: Buffer): boolean {
  return file.includes('.debug_info');
}
