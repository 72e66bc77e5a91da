import type { Probe } from './probe.js';

/** What a probe found, in one line. */
export function probeLine({ machine, os, libc, libcVersion, otp, elixir }: Probe): string {
  return `${os}, ${libc} ${libcVersion}, OTP ${otp}, Elixir ${elixir}, ${machine}`;
}

/** What a builder lacks that a build may need, one sentence each. */
export function missingTools({ hex, git, cc }: Probe): readonly string[] {
  const missing = Object.entries({ Hex: hex, git, 'C compiler (cc)': cc }).filter(([, version]) => version === '');
  return missing.map(([name]) => `the builder has no ${name}: what needs one will fail`);
}
