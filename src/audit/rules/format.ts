import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import type { Survey } from '../survey.js';
import { error } from './finding.js';

/**
 * Code for another processor of the same machine: the kernel's own, and graphics processors. Such files are in releases
 * on purpose.
 */
const OTHER_PROCESSORS = new Set(['bpf', 'cuda', 'amdgpu']);

const FORMAT_NAMES = { 'mach-o': 'Mach-O, the format of macOS', pe: 'PE, the format of Windows' } as const;

const NOT_FOR_HERE =
  'Leave it out of the release, or except its path with audit-except if nothing on the target starts or loads it.';

/** Files that are no ELF files, or cannot be loaded as they are. */
export function unusableFindings({ unusable }: Survey): readonly Finding[] {
  return unusable.map(({ path, format, error: damage }) =>
    format === 'elf'
      ? error('damaged-elf', path, `it is a damaged ELF file: ${damage?.message ?? ''}`, DAMAGED)
      : error('foreign-format', path, `it is ${FORMAT_NAMES[format]}`, NOT_FOR_HERE),
  );
}

const DAMAGED =
  'Build it anew: it was cut off or changed after it was linked. If it is no program at all, except its path with audit-except.';

/** Whether a file is for the target's processor, or for no processor that the rules are about. */
export function isForMachine({ machine, bits, byteOrder }: CodeFile, policy: Policy): boolean {
  return machine === policy.target.machine && bits === policy.bits && byteOrder === policy.byteOrder;
}

export function machineFindings({ code }: Survey, policy: Policy): readonly Finding[] {
  return code
    .filter((file) => !isForMachine(file, policy) && !OTHER_PROCESSORS.has(file.machine))
    .map((file) =>
      error(
        'wrong-machine',
        file.path,
        `it is for ${machineOf(file)}, and the target is ${policy.target.machine}`,
        'Have it compiled in the builder, without objects from another machine; a precompiled one has to be that of the target.',
      ),
    );
}

function machineOf({ machine, bits, byteOrder }: CodeFile): string {
  const order = byteOrder === 'big' ? ', big-endian' : '';
  return `${machine} (${String(bits)}-bit${order})`;
}
