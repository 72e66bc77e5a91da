import type { ErrorCode } from '../errors.js';

/**
 * URL of a code's entry in the action's documentation, at the running version; undefined where the action's
 * repository is unknown, such as outside Actions or for `uses: ./`.
 */
export function troubleshootingLink(
  code: ErrorCode,
  { GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY, GITHUB_ACTION_REF }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_ACTION_REPOSITORY) return undefined;
  const version = `${GITHUB_SERVER_URL}/${GITHUB_ACTION_REPOSITORY}/blob/${GITHUB_ACTION_REF ?? 'HEAD'}`;
  return `${version}/docs/troubleshooting.md#${code}`;
}
