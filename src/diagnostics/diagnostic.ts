export type Severity = 'error' | 'warning';

/** A compiler's error or warning at one location. */
export interface Diagnostic {
  readonly severity: Severity;
  /**
   * Relative or absolute, as the compiler or Mix gave it; after `mergeDiagnostics`, relative to the repository, with
   * `/`.
   */
  readonly file: string;
  /** From 1; 0 where only the file is known. */
  readonly line: number;
  /** From 1; 0 where none was given. */
  readonly column: number;
  readonly message: string;
}

/** A diagnostic from the output, with the context that resolves its relative path. */
export interface PrintedDiagnostic extends Diagnostic {
  /** `beam` (Elixir and Erlang) diagnostics come from Mix, too. */
  readonly language: 'c' | 'beam';
  /** The application that Mix named last (`==> NAME`), unless it was finished since. */
  readonly application: string | undefined;
  /** The directory that make reported last. */
  readonly directory: string | undefined;
}

/** The end of Elixir's message after it has logged each error of a module with its location. */
export function isLogged(message: string): boolean {
  return message.trimEnd().endsWith('(errors have been logged)');
}
