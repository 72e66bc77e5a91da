import { packFiles } from '../archive/files.js';
import authoritiesDockerfile from '../../dockerfiles/authorities.Dockerfile';
import type { DockerBuild } from './docker-build.js';

/** What makes an image trust further authorities, as far as the name of a builder image depends on it. */
export function authoritiesRecipe(authorities: readonly string[]): readonly string[] {
  return authorities.length === 0 ? [] : [authoritiesDockerfile, ...authorities];
}

/**
 * The build of an image that trusts further authorities, whoever fetches in it.
 *
 * @param base - identifier of an image
 * @param authorities - each as PEM; at least one
 * @param last - whether nothing comes on top that may bring the system's own authorities
 */
export function authoritiesBuild(
  base: string,
  {
    authorities,
    platform,
    last,
  }: { readonly authorities: readonly string[]; readonly platform: string; readonly last: boolean },
): DockerBuild {
  const files = authorities.map((text, at) => ({ path: `authorities/mix-release-${String(at + 1)}.crt`, text }));
  return {
    title: 'dockerfiles/authorities.Dockerfile',
    context: packFiles([{ path: 'Dockerfile', text: authoritiesDockerfile }, ...files]),
    dockerfile: 'Dockerfile',
    platform,
    args: { BASE: base, ...(last && { LAST: 'yes' }) },
    next: 'See the output above. Without ca-certificates, this step is left out.',
  };
}
