import { isLogged, type Diagnostic, type Severity } from './diagnostic.js';

/** Separators that our Mix task writes with (`src/builder/elixir/tasks.ex`). */
const RECORD = '\x1e';
const FIELD = '\x1f';
/** How the message of an error of Elixir began, before 1.15: the place is known already. */
const EXCEPTION = /^\*\* \([\w.]+\) (?:[^\s:]+:\d+(?::\d+)?: )?/;
const SEVERITIES: ReadonlySet<string> = new Set<Severity>(['error', 'warning']);

/** What Mix itself reported, as our task said it. Hints and information are left out. */
export function readDiagnostics(said: string): readonly Diagnostic[] {
  return recordsOf(said).flatMap(([severity = '', file = '', line, column, message = '']) =>
    SEVERITIES.has(severity) && file !== '' && !isLogged(message)
      ? [{ severity: severity as Severity, file, line: count(line), column: count(column), message: plain(message) }]
      : [],
  );
}

/** The directories of applications, the project's and its dependencies', by name. */
export function readApplications(said: string): ReadonlyMap<string, string> {
  return new Map(recordsOf(said).map(([name = '', directory = '']) => [name, directory]));
}

function plain(message: string): string {
  return message.replace(EXCEPTION, '').trim();
}

function recordsOf(said: string): readonly (readonly string[])[] {
  return said === '' ? [] : said.split(RECORD).map((record) => record.split(FIELD));
}

function count(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
