import { MixReleaseError } from '../errors.js';
import { TARGETS, type Target } from '../targets/table.js';
import type { CodeFile } from './code-file.js';
import type { Survey } from './survey.js';

/**
 * The target that a release was built for: that of its emulator, or without one, that of most of its ELF files.
 *
 * @param release - for messages
 * @throws MixReleaseError `bad-option` where it cannot be inferred; `unsupported-target`
 */
export function inferTarget({ code, otp }: Survey, release: string): Target {
  const emulator = code.find(({ path }) => path === otp.emulator?.path);
  const found =
    (emulator && targetOf(emulator)) ?? mostFrequent(code.map(targetOf).filter((each) => each !== undefined));
  if (found) return found;
  const other = emulator ?? code[0];
  if (other && !TARGETS.some(({ elfMachine }) => elfMachine === other.machine)) {
    throw new MixReleaseError('unsupported-target', {
      what: `${other.path} in ${release} is for ${other.machine}, which no known target has`,
      next: `Known targets: ${TARGETS.map(({ triple }) => triple).join(', ')}.`,
    });
  }
  throw new MixReleaseError('bad-option', {
    what: `the target of ${release} cannot be inferred from its files`,
    next: 'Name the target with --target.',
  });
}

function targetOf({ machine, libc }: CodeFile): Target | undefined {
  return TARGETS.find((target) => target.elfMachine === machine && target.libc === libc);
}

function mostFrequent(targets: readonly Target[]): Target | undefined {
  const counted = TARGETS.map((target) => ({ target, count: targets.filter((each) => each === target).length }));
  const [top] = counted.toSorted((a, b) => b.count - a.count);
  return top && top.count > 0 ? top.target : undefined;
}
