/** The crashes in a log, and what it calls an error. */
export interface Crashes {
  /** Each as its lines in the log. */
  readonly other: readonly (readonly string[])[];
  /** Crashes because of the missing network. */
  readonly network: readonly (readonly string[])[];
  /** Messages of the level error that are neither a crash nor about the network, each once. */
  readonly errors: readonly string[];
}

/** The first lines of crash reports, in the default log formats of Erlang and Elixir. */
const CRASH_START =
  /=(?:CRASH|SUPERVISOR) REPORT=|\[error\].*\b(?:terminat(?:ing|ed)|raised an exception|crashed)\b|\*\* Generic server .* terminating|\*\* State machine .* terminating|Kernel pid terminated|init terminating|on_load function for module|\bApplication \w+ exited: (?!:?(?:stopped|normal|shutdown)\b)/;

/** The start of another log entry: a time, a level in brackets, or the head of a report. */
const NEXT_ENTRY =
  /^(?:\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}|\S* ?\[(?:debug|info|notice|warning|warn|error|critical)\]|=[A-Z]+ REPORT=)/;

const NETWORK =
  /\b(?:econnrefused|nxdomain|ehostunreach|enetunreach|ehostdown|enetdown|eai_again|timeout_connecting)\b|TransportError|DBConnection\.ConnectionError|connection refused|failed to connect/i;

/** An entry of the level error in the format of Elixir's logger, with any metadata before the level. */
const LOGGED_ERROR = /^[^[\]]{0,200}\[error\]\s+(\S.*)$/;

/** The number of errors that are kept: the first ones say the most. */
const MAX_ERRORS = 5;

/** The number of lines that are kept of a crash. */
const MAX_LINES = 20;

/** The number of crashes of each kind that are kept: a process without its database may crash all the time. */
const MAX_CRASHES = 100;

/** Reads a log line by line, however long it gets. */
export interface CrashReader {
  read(line: string): void;
  /** What it has found; nothing may be read after that. */
  end(): Crashes;
}

/**
 * Finds the crashes in a log. The smoke test has no network: a crash that says so is nothing that is wrong with the
 * release, and takes no place from one that is.
 */
export function readCrashes(): CrashReader {
  const other: (readonly string[])[] = [];
  const network: (readonly string[])[] = [];
  const errors = new Set<string>();
  let current: string[] | undefined;
  const keep = (crash: readonly string[] | undefined): void => {
    if (!crash) return;
    const kind = NETWORK.test(crash.join('\n')) ? network : other;
    if (kind.length < MAX_CRASHES) kind.push(crash);
  };
  return {
    read: (line) => {
      if (CRASH_START.test(line)) {
        keep(current);
        current = [line];
      } else if (NEXT_ENTRY.test(line)) {
        keep(current);
        current = undefined;
        const [, message] = LOGGED_ERROR.exec(line) ?? [];
        if (message !== undefined && !NETWORK.test(message) && errors.size < MAX_ERRORS) errors.add(message);
      } else if (current && current.length < MAX_LINES && line.trim() !== '') {
        current.push(line);
      }
    },
    end: () => {
      keep(current);
      return { other, network, errors: [...errors] };
    },
  };
}
