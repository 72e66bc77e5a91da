/** The paths in an archive, relative to the cache's directory. Everything else, such as `hex.config`, stays out. */
const ALWAYS_KEPT = [/^deps(?:\/|$)/, /^hex(?:\/packages(?:\/|$)|$)/, /^rebar3(?:\/|$)/];
const BUILD = /^build(?:\/|$)/;
/** Releases, which every build assembles again. */
const RELEASES = /^build\/[^/]+\/rel(?:\/|$)/;

/** Names of files with credentials, in any directory, and git's records of the addresses that it fetched from. */
const SECRET =
  /(?:^|\/)(?:hex\.config|\.netrc|_netrc|\.git-credentials|\.ssh|id_(?:rsa|dsa|ecdsa|ed25519)(?:\.pub)?|\.npmrc|\.docker|\.aws|\.gnupg)(?:\/|$)|\.git\/(?:FETCH_HEAD$|logs(?:\/|$))/;

/** Whether a path goes into an archive. */
export function isKept(path: string, withBuild: boolean): boolean {
  if (path === '' || SECRET.test(path) || RELEASES.test(path)) return false;
  return ALWAYS_KEPT.some((pattern) => pattern.test(path)) || (withBuild && BUILD.test(path));
}

/** Whether a file is the git configuration of a dependency, which may have a login. */
export function isGitConfigOfDependency(path: string): boolean {
  return /^deps\/(?:.+\/)?\.git\/(?:modules\/.+\/)?config$/.test(path);
}

/** A git configuration without credentials, and without settings that redirect or include others. */
export function withoutLogins(config: string): string {
  return config
    .split('\n')
    .filter((line) => !/^\s*(?:extraheader|helper|sshcommand|username|password|insteadof|pushinsteadof)\b/i.test(line))
    .filter((line) => !/^\s*\[(?:url|include|includeif|credential)\b/i.test(line))
    .map((line) => line.replace(/(:\/\/)[^/\s]*@/g, '$1'))
    .join('\n');
}
