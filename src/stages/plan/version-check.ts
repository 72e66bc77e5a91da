import { MixReleaseError } from '../../errors.js';
import type { VersionCheck } from '../../mix/mix.js';
import { isShallow, tagsOf } from '../../sources/git.js';
import type { BuildRequest } from '../../options/request.js';

/**
 * What a release has to pass as soon as Mix says its version: one of the tags has to be that version. Its callers ask
 * before the build, so that a commit without a tag costs nothing.
 *
 * @returns undefined where nothing is to be checked; otherwise a function that throws `version-mismatch`
 * @throws MixReleaseError `tag-not-found`
 */
export async function versionCheck(
  { versionCheck: mode, project }: Pick<BuildRequest, 'versionCheck' | 'project'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<VersionCheck | undefined> {
  if (mode === 'off') return undefined;
  // A workflow knows what it runs for; the checkout may have no tags at all.
  const tags = env.GITHUB_REF_TYPE ? tagOfWorkflow(env) : await tagsOfCheckout(project);
  return (release) => requireTag(release, tags);
}

function tagOfWorkflow({ GITHUB_REF_TYPE, GITHUB_REF_NAME = '' }: Readonly<Record<string, string | undefined>>) {
  if (GITHUB_REF_TYPE === 'tag') return [GITHUB_REF_NAME];
  throw new MixReleaseError('tag-not-found', {
    what: `version-check is tag, and the workflow runs for ${GITHUB_REF_TYPE ?? ''} ${GITHUB_REF_NAME}`,
    next: `Run it for tags (on: push: tags: ['v*']), or give version-check only there: \${{ github.ref_type == 'tag' && 'tag' || 'off' }}.`,
  });
}

async function tagsOfCheckout(checkout: string): Promise<readonly string[]> {
  const tags = await tagsOf(checkout);
  if ('reason' in tags) throw noTag(tags.reason, 'Build in a git checkout, or leave version-check out.');
  if (tags.length > 0) return tags;
  const shallow = await isShallow(checkout);
  throw noTag(
    `the commit that is checked out has no tag${shallow ? ' in this shallow checkout' : ''}`,
    `${shallow ? 'Give actions/checkout fetch-depth: 0 to fetch tags, or tag' : 'Tag'} it, such as git tag v1.2.3, or leave version-check out.`,
  );
}

function noTag(reason: string, next: string): MixReleaseError {
  return new MixReleaseError('tag-not-found', { what: `version-check is tag, and ${reason}`, next });
}

function requireTag({ name, version }: { readonly name: string; readonly version: string }, tags: readonly string[]) {
  const accepted = ['', `${name}-`, `${name}@`].flatMap((prefix) => [`${prefix}${version}`, `${prefix}v${version}`]);
  if (tags.some((tag) => accepted.includes(tag))) return;
  throw new MixReleaseError('version-mismatch', {
    what: `release ${name} has version ${version}, and ${tags.length === 1 ? 'the tag is' : 'the tags are'} ${tags.join(', ')}`,
    next: `Set the version in mix.exs to that of the tag, or tag v${version}, ${name}-v${version} or ${name}@${version}.`,
  });
}
