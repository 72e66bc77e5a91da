import type { SystemData } from './system-data.js';

/** How much a finding matters: an error fails the audit, a warning does not. */
export type Severity = 'error' | 'warning';

/** Something that the audit found in a release. */
export interface Finding {
  /** Its kind, in lowercase words with hyphens, such as `glibc-too-new`. */
  readonly code: string;
  readonly severity: Severity;
  /** Path below the release's root, with `/`; undefined for a finding about the whole release. */
  readonly file: string | undefined;
  /** The finding in one sentence. */
  readonly message: string;
  /** Advice. */
  readonly next: string;
}

/** The highest needed version of each family of versioned symbols, such as `2.34`; absent for none. */
export interface SymbolFloor {
  readonly glibc?: string;
  readonly glibcxx?: string;
  readonly cxxabi?: string;
  readonly gcc?: string;
}

/** Systems whose packages have the same names. */
export type Family = 'debian' | 'ubuntu' | 'rhel' | 'alpine';

/** Packages that a machine needs to run the release, by family of systems, sorted. */
export interface RuntimeRequirements {
  /** Names of shared libraries (`DT_NEEDED`). */
  readonly libraries: readonly string[];
  readonly debian: readonly string[];
  readonly ubuntu: readonly string[];
  readonly rhel: readonly string[];
  readonly alpine: readonly string[];
  /** Data of the system that it reads. */
  readonly data: readonly SystemData[];
  /**
   * Those of the names above that nobody looked up, by family: made from a library's name by the rule of a package manager,
   * or taken from a related system.
   */
  readonly derived: Readonly<Partial<Record<Family, readonly string[]>>>;
}

/** The result of an audit. */
export interface AuditReport {
  /** The version of this format; incremented by incompatible changes. */
  readonly version: 1;
  readonly verdict: 'pass' | 'fail';
  /** The target triple that the release was audited for. */
  readonly target: string;
  /**
   * The highest glibc that the release may need, such as `2.36`; undefined for musl, or where none was named or
   * known.
   */
  readonly allowedGlibc: string | undefined;
  /** The libraries of `allow-libraries`, sorted. */
  readonly allowedLibraries: readonly string[];
  /** Native binaries that `audit-except` matched, sorted. */
  readonly excepted: readonly string[];
  /** The symbol versions that the whole release needs. */
  readonly floor: SymbolFloor;
  readonly requirements: RuntimeRequirements;
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** All native binaries, by path. */
  readonly files: readonly AuditedFile[];
}

/** One native binary in a release. */
export interface AuditedFile {
  readonly path: string;
  readonly kind: 'erts' | 'port' | 'nif' | 'library' | 'static' | 'not-elf' | 'object';
  /** The machine that it is built for, such as `x86_64`; for a file that is not ELF, its format. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl' | 'none' | 'unknown';
  readonly floor: SymbolFloor;
  readonly needed: readonly string[];
}
