import type { Probe } from './probe.js';

/** A probe as one line. */
export function probeLine({ machine, os, libc, libcVersion, otp, elixir }: Probe): string {
  return `${os}, ${libc} ${libcVersion}, OTP ${otp}, Elixir ${elixir}, ${machine}`;
}

/** One sentence for each tool that the builder lacks and a build may need. */
export function missingTools({ hex, git, cc }: Probe): readonly string[] {
  const missing = Object.entries({ Hex: hex, git, 'C compiler (cc)': cc }).filter(([, version]) => version === '');
  return missing.map(([name]) => `the builder has no ${name}: steps that need it will fail`);
}
