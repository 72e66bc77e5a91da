import type { Command } from '../../../src/engine/container.js';
import type { FakeAnswer } from './handlers.js';

/** What an image says of itself, by the names of the probe's task: `otp`, `elixir` and so on. */
export type ProbeFacts = Readonly<Record<string, string>>;

/** The answer to the probe of an image; undefined for any other command. */
export function answerToProbe({ argv }: Command, facts: ProbeFacts): FakeAnswer | undefined {
  const mark = /Probe\.run\(\["([^"]+)"\]\)/.exec(argv.at(-1) ?? '')?.[1];
  if (mark === undefined) return undefined;
  const lines = Object.entries(facts).map(
    ([name, value]) => `${mark} fact ${name} ${Buffer.from(value).toString('base64')}`,
  );
  return { lines };
}

/** The answer to the search for the OTP that lies on the disk of an image; undefined for any other command. */
export function answerToOtpSearch({ argv }: Command, otp: string): FakeAnswer | undefined {
  return argv.some((word) => word.includes('OTP_VERSION')) ? { lines: [otp] } : undefined;
}
