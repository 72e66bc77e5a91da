import { isLogged, type Diagnostic, type Severity } from './diagnostic.js';

/** Separators of the Mix tasks in `src/builder/elixir/tasks.ex`. */
const RECORD = '\x1e';
const FIELD = '\x1f';
/** The prefix of error messages of Elixir before 1.15; the location in it is known already. */
const EXCEPTION = /^\*\* \([\w.]+\) (?:[^\s:]+:\d+(?::\d+)?: )?/;
const SEVERITIES: ReadonlySet<string> = new Set<Severity>(['error', 'warning']);

/** Parses Mix's own diagnostics, as our Mix task sends them. Hints and information are left out. */
export function readDiagnostics(facts: string): readonly Diagnostic[] {
  return recordsOf(facts).flatMap(([severity = '', file = '', line, column, message = '']) =>
    SEVERITIES.has(severity) && file !== '' && !isLogged(message)
      ? [{ severity: severity as Severity, file, line: count(line), column: count(column), message: plain(message) }]
      : [],
  );
}

/** The directories of applications, the project's and its dependencies', by name. */
export function readApplications(facts: string): ReadonlyMap<string, string> {
  return new Map(recordsOf(facts).map(([name = '', directory = '']) => [name, directory]));
}

function plain(message: string): string {
  return message.replace(EXCEPTION, '').trim();
}

function recordsOf(facts: string): readonly (readonly string[])[] {
  return facts === '' ? [] : facts.split(RECORD).map((record) => record.split(FIELD));
}

function count(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
