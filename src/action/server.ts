/** A server whose artifact service the current client does not support. */
export interface UnsupportedServer {
  /** Its name in messages. */
  readonly name: string;
  /** The action that can upload files to it. */
  readonly uploadAction: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server that runs this workflow, if artifacts cannot be uploaded to it. The client of `@actions/artifact` refuses
 * every server that is not GitHub's own, by the rule repeated here (`isGhes` in its `internal/shared/config`, which the
 * package does not export). Forgejo and Gitea imitate an older service.
 */
export function unsupportedServer(env: Environment): UnsupportedServer | undefined {
  if (env.FORGEJO_ACTIONS === 'true') return { name: 'Forgejo', uploadAction: 'forgejo/upload-artifact' };
  if (env.GITEA_ACTIONS === 'true') return { name: 'Gitea', uploadAction: 'actions/upload-artifact@v3' };
  const address = env.GITHUB_SERVER_URL ?? '';
  if (address === '') return undefined;
  const host = URL.parse(address)?.hostname.toUpperCase() ?? '';
  const isGitHub = host === 'GITHUB.COM' || host.endsWith('.GHE.COM') || host.endsWith('.LOCALHOST');
  return isGitHub ? undefined : { name: 'GitHub Enterprise Server', uploadAction: 'actions/upload-artifact@v3' };
}
