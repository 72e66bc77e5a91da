/** Values of `e_machine` that the reader itself uses. */
export const EM = { I386: 3, IAMCU: 6, MIPS: 8, MIPS_RS3_LE: 10, S390: 22, X86_64: 62, AARCH64: 183, ALPHA: 0x9026 };

/** Names of the `e_machine` values that Linux supports or supported, as in `elf.h`, without `EM_` and in lower case. */
const NAMES: Readonly<Record<number, string>> = {
  [EM.I386]: '386',
  [EM.IAMCU]: 'iamcu',
  [EM.MIPS]: 'mips',
  [EM.MIPS_RS3_LE]: 'mips_rs3_le',
  [EM.S390]: 's390',
  [EM.X86_64]: 'x86_64',
  [EM.AARCH64]: 'aarch64',
  [EM.ALPHA]: 'alpha',
  2: 'sparc',
  4: '68k',
  15: 'parisc',
  18: 'sparc32plus',
  20: 'ppc',
  21: 'ppc64',
  40: 'arm',
  42: 'sh',
  43: 'sparcv9',
  45: 'arc',
  50: 'ia_64',
  75: 'vax',
  76: 'cris',
  83: 'avr',
  92: 'openrisc',
  94: 'xtensa',
  106: 'blackfin',
  113: 'altera_nios2',
  164: 'qdsp6',
  189: 'microblaze',
  190: 'cuda',
  191: 'tilegx',
  195: 'arcv2',
  224: 'amdgpu',
  243: 'riscv',
  247: 'bpf',
  252: 'csky',
  258: 'loongarch',
};

/** The `e_machine` of a name. @throws Error for a name that is not in the table */
export function machineNumber(name: string): number {
  const found = Object.entries(NAMES).find(([, known]) => known === name);
  if (!found) throw new Error(`no e_machine is called ${name}`);
  return Number(found[0]);
}

/** The name of a machine by its `e_machine`; `machine NUMBER` where it has none. */
export function machineName(machine: number): string {
  return NAMES[machine] ?? `machine ${String(machine)}`;
}
