import type { Target } from '../targets/table.js';
import type { FileView } from './file-view.js';

/** Why something failed, as far as what was printed says it. */
export interface Cause {
  /** The rule that found it. */
  readonly name: string;
  /** The library, variable, module … concerned. */
  readonly subject: string;
  /** Continues "probably because". */
  readonly why: string;
  /** What to do, in whole sentences. */
  readonly next: string;
}

/** The families of systems, by whose names for packages advice is given. */
export type PackageSystem = 'debian' | 'alpine';

/** The family of the systems that a target is built on. */
export function packageSystemOf({ packageManager }: Target): PackageSystem {
  return packageManager === 'apk' ? 'alpine' : 'debian';
}

/** What is known beside the output. */
export interface Circumstances {
  /** The system of the builder; undefined where it has another one, or none is known: then both names are given. */
  readonly system?: PackageSystem | undefined;
  /** `e_machine` of the target, as `elf.h` names it without `EM_`, in lower case. */
  readonly elfMachine?: string;
  /** The files of the release that was run. */
  readonly release?: FileView;
  /** The checkout that was built. */
  readonly sources?: FileView;
  /** Directory of the project in the builder, from which it names files. */
  readonly cwd?: string;
}

/** What a rule says about one place of the output. */
export type Explanation = Omit<Cause, 'name'>;

/** One likely cause. */
export interface Rule {
  readonly name: string;
  readonly find: RegExp;
  /** Whether it follows from another cause: it is named only where there is no other. */
  readonly follows?: boolean;
  /** Whether it explains what else was found: no second cause is named beside it. */
  readonly alone?: boolean;
  /** Undefined where a closer look says that it is something else; then the next match is tried. */
  readonly explain: (found: RegExpExecArray, about: Circumstances, text: string) => Explanation | undefined;
}

/** The first group that matched. */
export function firstGroup(found: RegExpExecArray): string {
  return found.slice(1).find(Boolean) ?? '';
}
