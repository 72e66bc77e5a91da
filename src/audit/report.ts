/** How much a finding matters: an error fails the audit, a warning does not. */
export type Severity = 'error' | 'warning';

/** Something that the audit found in a release. */
export interface Finding {
  /** What kind of thing it is, in lowercase words with hyphens, such as `glibc-too-new`. */
  readonly code: string;
  readonly severity: Severity;
  /** Path below the release's root, with `/`; undefined where it is about the whole release. */
  readonly file: string | undefined;
  /** What was found: one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
}

/** The highest version of each family of versioned symbols that something needs, such as `2.34`; absent for none. */
export interface SymbolFloor {
  readonly glibc?: string;
  readonly glibcxx?: string;
  readonly cxxabi?: string;
  readonly gcc?: string;
}

/** Packages that the machine of a release needs beside its base system, by the families of systems, sorted. */
export interface RuntimeRequirements {
  /** Names of shared libraries (`DT_NEEDED`). */
  readonly libraries: readonly string[];
  readonly debian: readonly string[];
  readonly ubuntu: readonly string[];
  readonly rhel: readonly string[];
  readonly alpine: readonly string[];
}

/** What the audit says of a release. */
export interface AuditReport {
  /** Of this shape; a change that readers would not understand makes it one more. */
  readonly version: 1;
  readonly verdict: 'pass' | 'fail';
  /** Target triple that the release was held against. */
  readonly target: string;
  /** The highest glibc that the release may need, such as `2.36`; undefined for musl, or where none was named or known. */
  readonly allowedGlibc: string | undefined;
  /** Libraries that the user says the machines have, sorted. */
  readonly allowedLibraries: readonly string[];
  /** Files of machine code that were not judged, because the user excepted them; sorted. */
  readonly excepted: readonly string[];
  /** What the whole release needs. */
  readonly floor: SymbolFloor;
  readonly requirements: RuntimeRequirements;
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** Every file of machine code, by path. */
  readonly files: readonly AuditedFile[];
}

/** One file of machine code in a release. */
export interface AuditedFile {
  readonly path: string;
  readonly kind: 'erts' | 'port' | 'nif' | 'library' | 'static' | 'foreign' | 'object';
  /** What it is built for, such as `x86_64`; what the file format is where that is no ELF. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl' | 'none' | 'unknown';
  readonly floor: SymbolFloor;
  readonly needed: readonly string[];
}
