/**
 * All error codes, each with the exit status of the command line.
 * `docs/troubleshooting.md` has an entry for each code.
 */
export const EXIT_STATUS = {
  'bad-usage': 2,
  'bad-option': 2,
  'bad-config-file': 2,
  'bad-version': 2,
  'bad-version-file': 2,
  'incompatible-versions': 2,
  'unknown-target': 2,
  'unsupported-target': 2,
  'directory-not-found': 2,
  'mix-project-not-found': 2,
  'unknown-release': 2,
  'ambiguous-release': 2,
  'workflow-exists': 2,
  'architecture-mismatch': 2,
  'artifact-outside-actions': 2,
  'artifact-server-unsupported': 2,
  'sources-unreadable': 2,
  'tag-not-found': 2,
  'not-a-release': 2,
  'release-unreadable': 2,
  'bad-archive': 2,
  'engine-unreachable': 3,
  'engine-permission': 3,
  'engine-too-old': 3,
  'engine-connection-lost': 3,
  'engine-error': 3,
  'image-not-found': 4,
  'image-registry-outage': 4,
  'image-platform-mismatch': 4,
  'image-without-mix': 4,
  'image-mismatch': 4,
  'registry-outage': 4,
  'no-such-image': 4,
  'image-digest-mismatch': 4,
  'emulation-missing': 4,
  'builder-failed': 4,
  'runtime-image-not-found': 4,
  'runtime-image-failed': 4,
  'runtime-image-unusable': 4,
  'before-build-failed': 5,
  'before-release-failed': 5,
  'deps-failed': 5,
  'lockfile-outdated': 5,
  'ssh-agent-failed': 5,
  'compile-failed': 5,
  'cannot-cross': 5,
  'release-failed': 5,
  'version-mismatch': 5,
  'audit-failed': 6,
  'smoke-failed': 7,
  'smoke-missing-variable': 7,
  'smoke-missing-library': 7,
  'smoke-timeout': 7,
  'smoke-service-failed': 7,
  'output-not-writable': 8,
  'output-disk-full': 8,
  'artifact-exists': 8,
  'artifact-failed': 8,
  'index-failed': 8,
  cancelled: 130,
  internal: 1,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof EXIT_STATUS;

/** The texts of an error: what happened, and what to do next. */
export interface ErrorDetails {
  readonly what: string;
  readonly next: string;
  /** The last lines of the failed command's output, oldest first. */
  readonly output?: readonly string[];
  readonly cause?: unknown;
}

export class MixReleaseError extends Error {
  override readonly name = 'MixReleaseError';
  readonly code: ErrorCode;
  readonly next: string;
  readonly output: readonly string[];

  constructor(code: ErrorCode, explanation: ErrorDetails) {
    super(explanation.what, explanation.cause === undefined ? undefined : { cause: explanation.cause });
    this.code = code;
    this.next = explanation.next;
    this.output = explanation.output ?? [];
  }

  get exitStatus(): number {
    return EXIT_STATUS[this.code];
  }
}

/** Returns a `MixReleaseError` as it is, and wraps any other value as `internal`. */
export function toMixReleaseError(error: unknown): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  // The first error says more than one that was thrown while cleaning up after it.
  if (error instanceof SuppressedError) return toMixReleaseError(error.suppressed);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new MixReleaseError('internal', {
    what: `unexpected error: ${detail}`,
    next: 'This is a bug in mix-release-action: please report it with the text above.',
    cause: error,
  });
}

/** The `code` of a Node.js system error (`ENOENT`, `ECONNREFUSED` …), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
