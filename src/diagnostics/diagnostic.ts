export type Severity = 'error' | 'warning';

/** What a compiler found in one place. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Relative or absolute, as the compiler or Mix gave it; after `diagnosed`, relative to the repository, with `/`. */
  readonly file: string;
  /** From 1; 0 where only the file is known. */
  readonly line: number;
  /** From 1; 0 where none was given. */
  readonly column: number;
  readonly message: string;
}

/** A diagnostic read from what was printed, with what says to which directory its file is relative. */
export interface PrintedDiagnostic extends Diagnostic {
  /** Elixir and Erlang are reported by Mix, too. */
  readonly language: 'c' | 'beam';
  /** The application that Mix named last, `==> NAME`, unless it said since that it is done. */
  readonly application: string | undefined;
  /** Where make said that it is. */
  readonly directory: string | undefined;
}

/** Elixir ends so, when it has said a module's errors before, each with its place. */
export function isLogged(message: string): boolean {
  return message.trimEnd().endsWith('(errors have been logged)');
}
