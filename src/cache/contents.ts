import path from 'node:path';
import { BUILD_ROOT, SOURCES } from '../builder/layout.js';
import { directoriesAbove } from '../paths.js';
import { fetchedPlaces, type Kept } from './kept.js';

/** Whether an entry goes into an archive, by its path below the volume's root. */
export type IsKept = (path: string, isDirectory: boolean) => boolean;

/** Caches of tools, and what we know of the checkout. Everything else, such as `hex.config`, stays out. */
const ALWAYS_KEPT = [
  'home/.cache',
  'home/.cargo/git',
  'home/.cargo/registry',
  'home/.npm/_cacache',
  'record',
  'state/hex/packages',
  'state/rebar3',
];

/** Names of files with credentials, in any directory, and git's records of the addresses that it fetched from. */
const SECRET =
  /(?:^|\/)(?:hex\.config|\.netrc|_netrc|\.git-credentials|\.ssh|id_(?:rsa|dsa|ecdsa|ed25519)(?:\.pub)?|\.npmrc|\.docker|\.aws|\.gnupg)(?:\/|$)|\.git\/(?:FETCH_HEAD$|logs(?:\/|$))/;

/**
 * What goes into an archive of a state volume.
 *
 * @param withBuild - whether to include compiled code, and what compilation wrote below the sources
 */
export function keptInArchive(kept: Kept, withBuild: boolean): IsKept {
  const { places, outputs } = kept;
  const builds = withBuild ? Object.values(places).map(({ build }) => belowRoot(build)) : [];
  const dependencies = fetchedPlaces(kept).map(belowRoot);
  const written = withBuild ? outputs.map((name) => belowRoot(path.posix.join(SOURCES, name))) : [];
  const whole = [...ALWAYS_KEPT, ...builds, ...dependencies];
  const [files, above] = [new Set(written), new Set([...whole, ...written].flatMap(directoriesAbove))];
  // Every build assembles them again.
  const releases = builds.map((build) => `${build}/rel`);
  return (name, isDirectory) => {
    if (name === '' || SECRET.test(name) || isWithin(name, releases)) return false;
    return isWithin(name, whole) || files.has(name) || (isDirectory && above.has(name));
  };
}

const belowRoot = (place: string): string => path.posix.relative(BUILD_ROOT, place);

function isWithin(name: string, directories: readonly string[]): boolean {
  return directories.some((directory) => name === directory || name.startsWith(`${directory}/`));
}

/** Whether a file is the git configuration of a dependency, which may have a login. */
export function isGitConfigOfDependency(name: string): boolean {
  return /(?:^|\/)\.git\/(?:modules\/.+\/)?config$/.test(name);
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
