/** What is kept of a state, by path below its directory: everything else, such as `hex.config`, stays out. */
const KEPT = [/^deps(?:\/|$)/, /^hex(?:\/packages(?:\/|$)|$)/, /^rebar3(?:\/|$)/];
const BUILD = /^build(?:\/|$)/;
/** Releases: they are made anew in every build. */
const RELEASES = /^build\/[^/]+\/rel(?:\/|$)/;

/** Files that hold credentials by their name, wherever they lie, and git's notes of where it fetched from. */
const SECRET =
  /(?:^|\/)(?:hex\.config|\.netrc|_netrc|\.git-credentials|\.ssh|id_(?:rsa|dsa|ecdsa|ed25519)(?:\.pub)?|\.npmrc|\.docker|\.aws|\.gnupg)(?:\/|$)|\.git\/(?:FETCH_HEAD$|logs(?:\/|$))/;

/** Whether an entry of the state goes into an archive. */
export function isKept(path: string, withBuild: boolean): boolean {
  if (path === '' || SECRET.test(path) || RELEASES.test(path)) return false;
  return KEPT.some((pattern) => pattern.test(path)) || (withBuild && BUILD.test(path));
}

/** Whether a file is the configuration of a dependency's git repository, which may hold a login. */
export function isGitConfigOfDependency(path: string): boolean {
  return /^deps\/(?:.+\/)?\.git\/(?:modules\/.+\/)?config$/.test(path);
}

/** A configuration of git without what lets a reader act as somebody. */
export function withoutLogins(config: string): string {
  return config
    .split('\n')
    .filter((line) => !/^\s*(?:extraheader|helper|sshcommand|username|password|insteadof|pushinsteadof)\b/i.test(line))
    .filter((line) => !/^\s*\[(?:url|include|includeif|credential)\b/i.test(line))
    .map((line) => line.replace(/(:\/\/)[^/\s]*@/g, '$1'))
    .join('\n');
}
