import { MixReleaseError } from '../errors.js';
import { TARGETS, type Target } from '../targets/table.js';
import type { CodeFile } from './code-file.js';
import type { Survey } from './survey.js';

/**
 * The target that a release was built for: that of its emulator, or where it has none, of most of its machine code.
 *
 * @param place - for messages
 * @throws MixReleaseError `bad-option` where nothing tells it; `unsupported-target`
 */
export function inferTarget({ code, otp }: Survey, place: string): Target {
  const emulator = code.find(({ path }) => path === otp.emulator?.path);
  const found = (emulator && targetOf(emulator)) ?? mostOf(code.map(targetOf).filter((each) => each !== undefined));
  if (found) return found;
  const other = emulator ?? code[0];
  if (other && !TARGETS.some(({ machine }) => machine === other.machine)) {
    throw new MixReleaseError('unsupported-target', {
      what: `${other.path} in ${place} is for ${other.machine}, which is no machine of a known target`,
      next: `Known targets: ${TARGETS.map(({ triple }) => triple).join(', ')}.`,
    });
  }
  throw new MixReleaseError('bad-option', {
    what: `nothing in ${place} tells which target it was built for`,
    next: 'Name the target with --target.',
  });
}

function targetOf({ machine, libc }: CodeFile): Target | undefined {
  return TARGETS.find((target) => target.machine === machine && target.libc === libc);
}

function mostOf(targets: readonly Target[]): Target | undefined {
  const counted = TARGETS.map((target) => ({ target, count: targets.filter((each) => each === target).length }));
  const [most] = counted.toSorted((a, b) => b.count - a.count);
  return most && most.count > 0 ? most.target : undefined;
}
