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

/**
 * The crashes in a log. The smoke test has no network: a crash that says so is nothing that is wrong with the release.
 */
export function crashesIn(log: readonly string[]): Crashes {
  const crashes: string[][] = [];
  let current: string[] | undefined;
  for (const line of log) {
    if (BEGINS.test(line)) {
      current = [line];
      crashes.push(current);
    } else if (NEXT_ENTRY.test(line)) {
      current = undefined;
    } else if (current && current.length < LINES_KEPT && line.trim() !== '') {
      current.push(line);
    }
  }
  const ofNetwork = (crash: readonly string[]): boolean => NETWORK.test(crash.join('\n'));
  return { own: crashes.filter((crash) => !ofNetwork(crash)), network: crashes.filter(ofNetwork) };
}
