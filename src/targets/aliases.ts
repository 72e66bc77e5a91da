import { TARGETS, type Libc, type Target } from './table.js';

/** Names of each machine, that of `uname -m` first. */
const MACHINE_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['x86_64', ['x86_64', 'x64', 'amd64']],
  ['aarch64', ['aarch64', 'arm64']],
]);

/** Names of each C library in triples. */
const LIBC_NAMES: Readonly<Record<Libc, readonly string[]>> = { glibc: ['gnu', 'glibc'], musl: ['musl'] };

/** The forms of a full name. */
const SHAPES: readonly ((machine: string, libc: string) => string)[] = [
  (machine, libc) => `linux-${machine}-${libc}`,
  (machine, libc) => `${machine}-${libc}`,
  (machine, libc) => `${machine}-linux-${libc}`,
  (machine, libc) => `${machine}-unknown-linux-${libc}`,
];

/** The forms of a name without a C library. */
const SHAPES_WITHOUT_LIBC: readonly ((machine: string) => string)[] = [
  (machine) => machine,
  (machine) => `linux-${machine}`,
  (machine) => `linux/${machine}`,
  (machine) => `${machine}-linux`,
  (machine) => `${machine}-unknown-linux`,
];

/** Every other name of a target, in lower case: `linux-x64-gnu`, `amd64-glibc`. The triple is not among them. */
export function aliasesOf({ triple, machine, libc }: Target): readonly string[] {
  return SHAPES.flatMap((shape) =>
    namesOf(machine).flatMap((name) => LIBC_NAMES[libc].map((library) => shape(name, library))),
  ).filter((alias) => alias !== triple);
}

/** Every name in lower case, triples first, with its target. */
export const TARGET_NAMES: ReadonlyMap<string, Target> = new Map([
  ...TARGETS.map((target) => [target.triple, target] as const),
  ...TARGETS.flatMap((target) => aliasesOf(target).map((alias) => [alias, target] as const)),
]);

/** The target of a triple or an alias, in upper or lower case. */
export function targetNamed(text: string): Target | undefined {
  return TARGET_NAMES.get(text.toLowerCase());
}

/**
 * The targets of a name without a C library: `linux-x64`, `x86_64-linux`, `linux/amd64`, and the
 * platform `linux/arm64/v8`. Empty for every other text.
 */
export function targetsOfMachine(text: string): readonly Target[] {
  const name = text.toLowerCase().replace(/^linux\/arm64\/v8$/, 'linux/arm64');
  return TARGETS.filter(({ machine }) =>
    namesOf(machine).some((each) => SHAPES_WITHOUT_LIBC.some((shape) => shape(each) === name)),
  );
}

function namesOf(machine: string): readonly string[] {
  return MACHINE_NAMES.get(machine) ?? [machine];
}
