import type { ErrorCode } from '../errors.js';

/**
 * Address of the entry on a code, in the documentation of the action at the version that runs; undefined where it is
 * not known whose action that is, such as outside of Actions or for `uses: ./`.
 */
export function troubleshootingLink(
  code: ErrorCode,
  { GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY, GITHUB_ACTION_REF }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_ACTION_REPOSITORY) return undefined;
  const version = `${GITHUB_SERVER_URL}/${GITHUB_ACTION_REPOSITORY}/blob/${GITHUB_ACTION_REF ?? 'HEAD'}`;
  return `${version}/docs/troubleshooting.md#${code}`;
}
