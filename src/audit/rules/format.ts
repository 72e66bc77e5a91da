import type { CodeFile } from '../code-file.js';
import type { Policy } from '../policy.js';
import type { Finding } from '../report.js';
import type { Survey } from '../survey.js';
import { error } from './finding.js';

/**
 * Code for the kernel's virtual machine (BPF) and for graphics processors. Such files are in releases
 * on purpose.
 */
const OTHER_PROCESSORS = new Set(['bpf', 'cuda', 'amdgpu']);

const FORMAT_NAMES = { 'mach-o': 'Mach-O, the format of macOS', pe: 'PE, the format of Windows' } as const;

const LEAVE_OUT =
  'Remove it from the release, or list its path in audit-except if nothing on the target runs or loads it.';

/** Native binaries that are not ELF, or are malformed. */
export function unusableFindings({ unusable }: Survey): readonly Finding[] {
  return unusable.map(({ path, format, error: damage }) =>
    format === 'elf'
      ? error('malformed-elf', path, `it is a malformed ELF file: ${damage?.message ?? ''}`, BUILD_AGAIN)
      : error('not-elf', path, `it is ${FORMAT_NAMES[format]}`, LEAVE_OUT),
  );
}

const BUILD_AGAIN =
  'Build it again: it was truncated or changed after it was linked. If it is only data, list its path in audit-except.';

/** Whether a file is for the target's machine, class and byte order. */
export function isForMachine({ machine, bits, byteOrder }: CodeFile, policy: Policy): boolean {
  return machine === policy.target.elfMachine && bits === policy.bits && byteOrder === policy.byteOrder;
}

export function machineFindings({ code }: Survey, policy: Policy): readonly Finding[] {
  return code
    .filter((file) => !isForMachine(file, policy) && !OTHER_PROCESSORS.has(file.machine))
    .map((file) =>
      error(
        'wrong-machine',
        file.path,
        `it is for ${machineOf(file)}, but the target is ${policy.target.elfMachine}`,
        'Compile it in the builder, without objects from another machine; a precompiled binary must be for the target.',
      ),
    );
}

function machineOf({ machine, bits, byteOrder }: CodeFile): string {
  const order = byteOrder === 'big' ? ', big-endian' : '';
  return `${machine} (${String(bits)}-bit${order})`;
}
