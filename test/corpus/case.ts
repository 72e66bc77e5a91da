import type { Base } from './parts.js';
import type { Tree } from './tree.js';

/** One release of the corpus: one of the rig's, and what is changed in it. */
export interface Case {
  readonly name: string;
  readonly base: Base;
  /** The release that takes the Erlang of its machine. */
  readonly withoutErts?: boolean;
  /** What it is held against, where that is not what the base was built for. */
  readonly target?: string;
  readonly glibc?: string;
  /** Whether it is packed before. */
  readonly tarball?: boolean;
  readonly change?: (tree: Tree) => void;
}

/** Codes of what an audit refuses a release for. */
export type ErrorCode =
  | 'not-elf'
  | 'wrong-machine'
  | 'wrong-libc'
  | 'wrong-loader'
  | 'glibc-too-new'
  | 'glibcxx-too-new'
  | 'cxxabi-too-new'
  | 'gcc-too-new'
  | 'glibc-private-symbols'
  | 'missing-library'
  | 'missing-beam-symbol'
  | 'openssl-conflict'
  | 'erts-mismatch'
  | 'malformed-elf'
  | 'readable-key'
  | 'lfs-pointer'
  | 'crlf-script';

/** Codes of what an audit only warns of. */
export type WarningCode =
  | 'absolute-rpath'
  | 'isa-level'
  | 'executable-stack'
  | 'build-path'
  | 'dlopen'
  | 'cookie'
  | 'possible-secret'
  | 'unknown-libc'
  | 'page-size';

/** A release that is wrong in one way. */
export interface WrongCase extends Case {
  readonly code: ErrorCode;
  /** The file that is wrong; undefined where it is not one alone. */
  readonly file?: string | undefined;
  /** What is wrong with it by the same fault. */
  readonly also?: readonly ErrorCode[];
}

/** A release with nothing wrong. */
export interface RightCase extends Case {
  /** What it is to be warned of, and where. */
  readonly warning?: WarningCode;
  readonly file?: string;
}
