/** The crashes in a log. */
export interface Crashes {
  /** Each as its lines in the log. */
  readonly other: readonly (readonly string[])[];
  /** Crashes because of the missing network. */
  readonly network: readonly (readonly string[])[];
}

/** The first lines of crash reports, in the default log formats of Erlang and Elixir. */
const CRASH_START =
  /=(?:CRASH|SUPERVISOR) REPORT=|\[error\].*\b(?:terminat(?:ing|ed)|raised an exception|crashed)\b|\*\* Generic server .* terminating|\*\* State machine .* terminating|Kernel pid terminated|init terminating|on_load function for module|\bApplication \w+ exited: (?!:?(?:stopped|normal|shutdown)\b)/;

/** The start of another log entry: a time, a level in brackets, or the head of a report. */
const NEXT_ENTRY =
  /^(?:\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}|\S* ?\[(?:debug|info|notice|warning|warn|error|critical)\]|=[A-Z]+ REPORT=)/;

const NETWORK =
  /\b(?:econnrefused|nxdomain|ehostunreach|enetunreach|ehostdown|enetdown|eai_again|timeout_connecting)\b|TransportError|DBConnection\.ConnectionError|connection refused|failed to connect/i;

/** The number of lines that are kept of a crash. */
const MAX_LINES = 20;

/**
 * The crashes in a log. The smoke test has no network, so crashes because of that do not count against the release.
 */
export function crashesIn(log: readonly string[]): Crashes {
  const crashes: string[][] = [];
  let current: string[] | undefined;
  for (const line of log) {
    if (CRASH_START.test(line)) {
      current = [line];
      crashes.push(current);
    } else if (NEXT_ENTRY.test(line)) {
      current = undefined;
    } else if (current && current.length < MAX_LINES && line.trim() !== '') {
      current.push(line);
    }
  }
  const isNetworkCrash = (crash: readonly string[]): boolean => NETWORK.test(crash.join('\n'));
  return { other: crashes.filter((crash) => !isNetworkCrash(crash)), network: crashes.filter(isNetworkCrash) };
}
