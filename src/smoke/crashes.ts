/** Crashes that a log tells of. */
export interface Crashes {
  /** Each as the lines that tell of it. */
  readonly own: readonly (readonly string[])[];
  /** Those that come of the missing network. */
  readonly network: readonly (readonly string[])[];
}

/** How Erlang and Elixir begin to tell of a process that ended by an error, in the text formats that they log by default. */
const BEGINS =
  /=(?:CRASH|SUPERVISOR) REPORT=|\[error\].*\b(?:terminat(?:ing|ed)|raised an exception|crashed)\b|\*\* Generic server .* terminating|\*\* State machine .* terminating|Kernel pid terminated|init terminating|on_load function for module|\bApplication \w+ exited: (?!:?(?:stopped|normal|shutdown)\b)/;

/** How a further entry of the log begins: with a time, a level in brackets, or a report's head. */
const NEXT_ENTRY =
  /^(?:\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}|\S* ?\[(?:debug|info|notice|warning|warn|error|critical)\]|=[A-Z]+ REPORT=)/;

const NETWORK =
  /\b(?:econnrefused|nxdomain|ehostunreach|enetunreach|ehostdown|enetdown|eai_again|timeout_connecting)\b|TransportError|DBConnection\.ConnectionError|connection refused|failed to connect/i;

/** What of a crash is kept. */
const LINES_KEPT = 20;

/** Crashes of each kind that are kept: what cannot reach its database may crash all the time. */
const CRASHES_KEPT = 100;

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
  const own: (readonly string[])[] = [];
  const network: (readonly string[])[] = [];
  let current: string[] | undefined;
  const keep = (crash: readonly string[] | undefined): void => {
    if (!crash) return;
    const kind = NETWORK.test(crash.join('\n')) ? network : own;
    if (kind.length < CRASHES_KEPT) kind.push(crash);
  };
  return {
    read: (line) => {
      if (BEGINS.test(line)) {
        keep(current);
        current = [line];
      } else if (NEXT_ENTRY.test(line)) {
        keep(current);
        current = undefined;
      } else if (current && current.length < LINES_KEPT && line.trim() !== '') {
        current.push(line);
      }
    },
    end: () => {
      keep(current);
      return { own, network };
    },
  };
}
