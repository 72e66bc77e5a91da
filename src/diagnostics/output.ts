import { stripVTControlCharacters } from 'node:util';
import { isLogged, type PrintedDiagnostic, type Severity } from './diagnostic.js';

/** Reads compilers' output line by line. */
export interface OutputReader {
  line(text: string): void;
  readonly found: readonly PrintedDiagnostic[];
}

/** A diagnostic that began on earlier lines; its location is still to come. */
interface Pending {
  readonly severity: Severity;
  readonly message: readonly string[];
  /** Whether the message is complete. */
  readonly complete: boolean;
  readonly placed: boolean;
  /** Only a location in this file counts: `== Compilation error in file …`. */
  readonly file?: string;
}

/** A location at the end of a line: `file:line[:column][: function]`. */
const PLACE = String.raw`(?:\((?<own>[^)\s]+) [^)]*\) )?(?<file>[^\s:][^:]*):(?<line>\d+)(?::(?<column>\d+))?(?::? .*)?$`;
const APPLICATION = /^==> (\S+)$/;
const GENERATED = /^Generated \S+ app$/;
const MAKE = /^\S*make(?:\[\d+\])?: (?<what>Entering|Leaving) directory [`'](?<directory>.+)'$/;
/** gcc and clang. */
const C =
  /^(?<file>[^\s:][^:]*\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|S)):(?<line>\d+)(?::(?<column>\d+))?: (?<severity>warning|error|fatal error): (?<message>.*)$/;
const ERLANG =
  /^(?<file>[^\s:][^:]*\.(?:erl|hrl|yrl|xrl)):(?<line>\d+)(?::(?<column>\d+))?: (?<severity>[Ww]arning: )?(?<message>.*)$/;
/** Elixir: before 1.16 unindented, with the location below; since then with a code snippet. */
const ELIXIR = /^\s*(?<severity>warning|error): (?<message>.*)$/;
const ELIXIR_PLACE = new RegExp(`^(?:\\s*└─ |  )${PLACE}`);
const ELIXIR_FILE = /^== Compilation error in file (?<file>.+) ==$/;
const EXCEPTION = /^\*\* \([\w.]+\) (?<message>.*)$/;
const EXCEPTION_PLACE = /^(?<file>[^\s:]+):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)$/;
const STACK_PLACE = new RegExp(`^\\s+${PLACE}`);
const PICTURE = /^\s*(?:\d+ )?[│|]/;
const MESSAGE_LINES = 12;

/** A reader for the output of Mix and its compilers: Elixir from 1.10 on, Erlang, gcc and clang. */
export function outputReader(): OutputReader {
  const found: PrintedDiagnostic[] = [];
  const directories: string[] = [];
  let application: string | undefined;
  let pending: Pending | undefined;
  let brokenFile: string | undefined;

  const add = (groups: Groups, severity: Severity, message: string, language: 'c' | 'beam' = 'beam'): void => {
    const { file = '', line, column, own: applicationInPlace } = groups;
    const where = { file, line: Number(line ?? 0), column: Number(column ?? 0) };
    const from =
      language === 'c'
        ? { directory: directories.at(-1), application }
        : { application: applicationInPlace ?? application };
    found.push({ ...where, severity, message: message.trim(), language, directory: undefined, ...from });
  };
  const text = ({ message }: Pending): string => message.join('\n').trim();

  function context(line: string): boolean {
    const named = APPLICATION.exec(line)?.[1];
    if (named !== undefined) application = named;
    const generated = GENERATED.test(line);
    // Later output may belong to any application: not every compiler names it.
    if (generated) application = undefined;
    const { what, directory = '' } = groupsOf(MAKE.exec(line));
    if (what === 'Entering') directories.push(directory);
    if (what === 'Leaving') directories.pop();
    return named !== undefined || generated || what !== undefined;
  }

  function completeDiagnostic(line: string): boolean {
    const c = C.exec(line)?.groups;
    if (c) add(c, c.severity === 'warning' ? 'warning' : 'error', c.message ?? '', 'c');
    const erlang = ERLANG.exec(line)?.groups;
    if (erlang) add(erlang, erlang.severity === undefined ? 'error' : 'warning', erlang.message ?? '');
    return (c ?? erlang) !== undefined;
  }

  function exception(line: string): boolean {
    const file = ELIXIR_FILE.exec(line)?.groups?.file;
    if (file !== undefined) brokenFile = file;
    const message = EXCEPTION.exec(line)?.groups?.message;
    if (message === undefined) return file !== undefined;
    const placed = EXCEPTION_PLACE.exec(message)?.groups;
    if (placed) add(placed, 'error', placed.message ?? '');
    else if (brokenFile !== undefined && !isLogged(message)) {
      pending = { severity: 'error', message: [message], complete: true, placed: false, file: brokenFile };
      brokenFile = undefined;
      return true;
    }
    brokenFile = undefined;
    pending = undefined;
    return true;
  }

  function place(line: string, of: Pending): boolean {
    const groups = (of.file === undefined ? ELIXIR_PLACE : STACK_PLACE).exec(line)?.groups;
    if (!groups || (of.file !== undefined && groups.file !== of.file)) return false;
    add(groups, of.severity, text(of));
    pending = of.file === undefined ? { ...of, complete: true, placed: true } : undefined;
    return true;
  }

  function line(raw: string): void {
    const printed = stripVTControlCharacters(raw);
    if (context(printed) || completeDiagnostic(printed) || exception(printed)) return;
    if (pending && place(printed, pending)) return;
    const { severity, message = '' } = groupsOf(ELIXIR.exec(printed));
    if (severity !== undefined) {
      pending = { severity: severity as Severity, message: [message], complete: false, placed: false };
    } else if (pending?.placed && printed.trim() === '') pending = undefined;
    else if (pending && !pending.complete) {
      const complete = PICTURE.test(printed) || pending.message.length >= MESSAGE_LINES;
      pending = complete ? { ...pending, complete } : { ...pending, message: [...pending.message, printed.trim()] };
    }
  }

  return { line, found };
}

type Groups = Readonly<Record<string, string | undefined>>;

function groupsOf(match: RegExpExecArray | null): Groups {
  return match?.groups ?? {};
}
