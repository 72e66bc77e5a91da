import { PackageURL } from 'packageurl-js';
import { gitAddress } from './addresses.js';
import type { Origin } from './origins.js';

type Parts = Readonly<Record<string, string | undefined>>;

/** A package URL; undefined where it would have no name. */
export function purlOf(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string | undefined,
  { subpath, ...qualifiers }: Parts = {},
): string | undefined {
  if (name.trim() === '') return undefined;
  const given = Object.entries(qualifiers).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, value] as const],
  );
  return new PackageURL(...([type, namespace, name, version, Object.fromEntries(given), subpath] as const)).toString();
}

/**
 * Of a Hex package. Only what comes from hex.pm is called `hex`: a package of another repository may have the name of
 * another one there.
 */
export function hexPurl({ name, version, repo }: NonNullable<Origin['hex']>): string | undefined {
  if (repo === 'hexpm') return purlOf('hex', undefined, name, version);
  const [, organization] = /^hexpm:(.+)$/.exec(repo) ?? [];
  if (organization !== undefined) return purlOf('hex', organization, name, version);
  return purlOf('generic', repo, name, version);
}

/** Of an application of OTP or Elixir, as the VEX statements of OTP name them. */
export function otpPurl(application: string, version: string | undefined): string | undefined {
  return purlOf('otp', undefined, application, version);
}

/** Of a git dependency; its repository and commit where it is on GitHub. */
export function gitPurl(
  name: string,
  version: string | undefined,
  { url, commit, directory }: NonNullable<Origin['git']>,
): string | undefined {
  const address = gitAddress(url);
  const [, owner, repository] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]+@)?github\.com(?::\d+)?\/+([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(address ?? '') ??
    [];
  const subpath = directory ?? undefined;
  if (repository !== undefined) return purlOf('github', owner, repository, commit, { subpath });
  if (address === undefined) return undefined;
  return purlOf('generic', undefined, name, version, { vcs_url: `git+${address}@${commit}`, subpath });
}
