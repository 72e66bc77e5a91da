/** A server whose artifact service the client of today does not speak to. */
export interface ForeignServer {
  /** What people call it. */
  readonly name: string;
  /** The action that uploads files there. */
  readonly uploadBy: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server that runs this workflow, where it is none whose artifacts can be uploaded: the client of `@actions/artifact`
 * refuses every server that is neither GitHub's own, by the rule that is repeated here (`isGhes` in its
 * `internal/shared/config`, which the package does not export), and the others imitate an older service.
 */
export function foreignServer(env: Environment): ForeignServer | undefined {
  if (env.FORGEJO_ACTIONS === 'true') return { name: 'Forgejo', uploadBy: 'forgejo/upload-artifact' };
  if (env.GITEA_ACTIONS === 'true') return { name: 'Gitea', uploadBy: 'actions/upload-artifact@v3' };
  const address = env.GITHUB_SERVER_URL ?? '';
  if (address === '') return undefined;
  const host = URL.parse(address)?.hostname.toUpperCase() ?? '';
  const own = host === 'GITHUB.COM' || host.endsWith('.GHE.COM') || host.endsWith('.LOCALHOST');
  return own ? undefined : { name: 'GitHub Enterprise Server', uploadBy: 'actions/upload-artifact@v3' };
}
