import { type Tool, readVersion } from './version.js';

/** Why a text is not a version, as a predicate of the text, and what to write instead. */
export interface Advice {
  readonly reason: string;
  readonly next: string;
}

interface Kind {
  /** Matches the text in lower case; its first group is the intended version, where there is one. */
  readonly pattern: RegExp;
  readonly reason: string;
}

/** Spellings that asdf, mise and setup-beam accept and published images cannot satisfy; the first match counts. */
const KINDS: readonly Kind[] = [
  { pattern: /^$/, reason: 'is empty' },
  {
    pattern: /^(?:(?:latest|prefix)(?::(.*))?|lts|stable|newest)$/,
    reason: 'means whatever is newest on the day of the build',
  },
  { pattern: /^system$/, reason: 'means the version installed on this machine, which the builder does not use' },
  {
    pattern: /^(?:ref|tag|branch|rev):(?:otp-|v)?(.*?)(?:-otp-\d+)?$/,
    reason: 'names a commit; images exist for published versions only',
  },
  { pattern: /^(?:path:|[./~]?\/)/, reason: 'names a directory; images exist for published versions only' },
  {
    pattern: /^(?:main|master|nightly|trunk|maint)\b|-dev\b/,
    reason: 'names a branch; images exist for published versions only',
  },
  { pattern: /^v?(\d+(?:\.\d+)?)(?:\.\d+)*\.[x*]/, reason: 'is a range' },
  { pattern: /^[<>=~^!\s]+v?(\d+(?:\.\d+)?)/, reason: 'is a range' },
  { pattern: /[<>=~^|*]|\s(?:and|or|-)\s/, reason: 'is a range' },
  { pattern: /^v?(.*)-otp-/, reason: 'has a suffix that is not an OTP major version such as -otp-27' },
  { pattern: /\d[-.]?(?:alpha|beta|rc)/, reason: 'is not how a release candidate is named' },
];

/** Advice on a text that is not a version. Expects it trimmed and in lower case. */
export function adviceOn(tool: Tool, text: string): Advice {
  for (const { pattern, reason } of KINDS) {
    const match = pattern.exec(text);
    if (match) return { reason, next: insteadOf(tool, match[1]) };
  }
  return {
    reason: tool === 'elixir' ? 'is not a version of Elixir' : 'is not a version of OTP',
    next: exampleOf(tool),
  };
}

/** Examples of a tool's versions. */
export function exampleOf(tool: Tool): string {
  return tool === 'elixir'
    ? 'Write a version such as 1.18.3, 1.19.0-rc.1, or 1.18 for the newest 1.18.x.'
    : 'Write a version such as 27.3.4.1, 28.0-rc2, or 27 for the newest 27.x.';
}

function insteadOf(tool: Tool, meant: string | undefined): string {
  const version = readVersion(tool, meant ?? '');
  if (meant === undefined || !version) return exampleOf(tool);
  return version.parts.length < 3 && version.rc === undefined
    ? `Write ${meant} for the newest ${meant}.x.`
    : `Write ${meant}.`;
}
