import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { collectAssets } from '../../src/distribution/assets.js';
import { startGitHub, type GitHub } from '../rig/github/server.js';
import { ROOT } from '../support/cli.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { ended, type Outcome } from '../support/machine.js';
import { built, GNU, MUSL } from '../unit/distribution/support.js';
import { writeTree } from '../unit/support/files.js';

const FILES = [
  'checksums.txt',
  `hello-1.0.0-${GNU}.tar.gz`,
  `hello-1.0.0-${MUSL}.tar.gz`,
  'install.sh',
  'release.json',
];

let project: Temporary;
let bare: Temporary;
let work: Temporary;
let github: GitHub;

beforeAll(async () => {
  // The real gh, as a runner has it.
  const install = '. script/env.sh && . script/apt.sh && apt_install gh';
  await promisify(execFile)('bash', ['-c', `command -v gh >/dev/null || { ${install}; }`], { cwd: ROOT });
});
beforeEach(async () => {
  project = await checkoutOf('examples/hello');
  bare = await temporary();
  work = await temporary();
  await git(project.path, 'tag', 'v1.0.0');
  await git(bare.path, 'clone', '--quiet', '--bare', project.path, '.');
  github = await startGitHub(bare.path);
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
  for (const each of [project, bare, work]) await each[Symbol.asyncDispose]();
});

/** Collected assets of the commit that is checked out; two targets unless told otherwise. */
async function assets({
  content = 'bytes',
  musl = true,
  version = '1.0.0',
  smoke = undefined as 'not-run' | undefined,
} = {}): Promise<string> {
  const from = path.join(work.path, 'built');
  const output = path.join(work.path, 'assets');
  for (const each of [from, output]) await rm(each, { recursive: true, force: true });
  await writeTree(from, built({ version, ...(smoke && { smoke }) }, content));
  if (musl) await writeTree(from, built({ version, target: MUSL, libc: 'musl', glibc: null }, content));
  const commit = await git(project.path, 'rev-parse', 'HEAD');
  await collectAssets({ directories: [from], output, baseUrl: undefined, commit });
  return output;
}

const script = (...args: readonly string[]): Promise<Outcome> =>
  ended(path.join(ROOT, 'script/publish-release'), args, { env: { PATH: process.env.PATH, ...github.env } });
const publish = (directory: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  ended(path.join(ROOT, 'script/publish-release'), ['publish', 'v1.0.0', directory], {
    env: { PATH: process.env.PATH, ...github.env, ...env },
  });
const there = (): unknown =>
  github.releases().map(({ tag, draft, prerelease, assets: files }) => ({
    tag,
    draft,
    prerelease,
    files: files.map((file) => file.name).sort(),
  }));
const PUBLISHED = [{ tag: 'v1.0.0', draft: false, prerelease: false, files: FILES }];

describe('publishing a release', () => {
  it('makes a draft, uploads every file bit for bit, the index last, and publishes', async () => {
    expect((await script('status', 'v1.0.0')).output).toBe('none\n');
    const directory = await assets();
    const { status, output } = await publish(directory);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain('the release v1.0.0 is published, with 5 files');
    expect(there()).toEqual(PUBLISHED);
    for (const { name, bytes } of github.releases()[0]?.assets ?? []) {
      expect(bytes.equals(await readFile(path.join(directory, name)))).toBe(true);
    }
    const [first, ...rest] = github.changes();
    expect(first).toBe('POST releases');
    expect(rest.at(-2)).toMatch(/^POST .* release\.json$/);
    expect(rest.at(-1)).toMatch(/^PATCH releases\/\d+$/);
    expect((await script('status', 'v1.0.0')).output).toBe('published\n');
  });

  it('again changes nothing, not even when a new build gave other bytes', async () => {
    expect((await publish(await assets())).status).toBe(0);
    const before = [...github.changes()];
    const { status, output } = await publish(await assets({ content: 'others' }));
    expect(status).toBe(0);
    expect(output).toContain('is published from this commit already; nothing was changed');
    expect(github.changes()).toEqual(before);
  });

  it('that breaks off stays a draft, and the next run goes on from there', async () => {
    const directory = await assets();
    github.refuse(FILES[2]);
    expect((await publish(directory)).status).not.toBe(0);
    expect(github.releases().map(({ draft }) => draft)).toEqual([true]);
    expect(github.releases()[0]?.assets.map(({ name }) => name)).not.toContain('release.json');
    expect((await script('status', 'v1.0.0')).output).toBe('draft\n');
    const before = github.changes().length;
    github.refuse(undefined);
    expect((await publish(directory)).status).toBe(0);
    expect(there()).toEqual(PUBLISHED);
    // What had arrived was not sent again.
    expect(
      github
        .changes()
        .slice(before)
        .filter((change) => change.startsWith('DELETE')),
    ).toEqual([]);
  });

  it('replaces what an earlier run left in the draft', async () => {
    const first = await assets();
    github.refuse('release.json');
    expect((await publish(first)).status).not.toBe(0);
    github.refuse(undefined);
    const second = await assets({ content: 'others' });
    expect((await publish(second)).status).toBe(0);
    expect(there()).toEqual(PUBLISHED);
    const sent = github.releases()[0]?.assets.find(({ name }) => name === FILES[1]);
    expect(sent?.bytes.toString()).toBe('others');
  });

  it('adds the files to a release that a person published by hand', async () => {
    github.put({ id: 1, tag: 'v1.0.0', title: 'By hand', draft: false, prerelease: false, assets: [] });
    expect((await publish(await assets())).status).toBe(0);
    expect(there()).toEqual(PUBLISHED);
    expect(github.releases()[0]?.title).toBe('By hand');
    expect(github.changes().at(-1)).toMatch(/ release\.json$/);
  });

  it('leaves the draft for a person with KEEP_DRAFT, and marks a version before a release', async () => {
    expect((await publish(await assets({ version: '1.0.0-rc.1' }), { KEEP_DRAFT: 'true' })).status).toBe(0);
    expect(github.releases()).toMatchObject([{ draft: true, prerelease: true }]);
  });
});

describe('publishing that is refused', () => {
  const refusal = async (directory: string): Promise<string> => {
    const before = [...github.changes()];
    const { status, output } = await publish(directory);
    expect(status).toBe(1);
    expect(github.changes()).toEqual(before);
    return output;
  };

  it('because files are not those of checksums.txt', async () => {
    const directory = await assets();
    await writeFile(path.join(directory, FILES[1] ?? ''), 'bytez');
    expect(await refusal(directory)).toContain('are not those of checksums.txt');
  });

  it('because the tag is not there, or was moved while the build ran', async () => {
    const directory = await assets();
    await git(bare.path, 'tag', '--delete', 'v1.0.0');
    expect(await refusal(directory)).toContain('there is no tag v1.0.0 in octo/hello');
    const tree = await git(bare.path, 'rev-parse', 'HEAD^{tree}');
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    const other = await git(bare.path, ...identity, 'commit-tree', tree, '-m', 'Other');
    await git(bare.path, 'tag', 'v1.0.0', other);
    expect(await refusal(directory)).toContain(`the tag v1.0.0 is commit ${other}, and this was built from`);
  });

  it('because no smoke test was run for a target; UNTESTED publishes it', async () => {
    const directory = await assets({ smoke: 'not-run' });
    const refused = await publish(directory);
    expect(refused.status).toBe(1);
    expect(refused.output).toContain(`error: no smoke test was run for ${GNU}\n`);
    expect(github.releases()).toEqual([]);
    expect((await publish(directory, { UNTESTED: 'true' })).status).toBe(0);
  });

  it('because the release was published from another commit; REPLACE puts the files in their place', async () => {
    expect((await publish(await assets())).status).toBe(0);
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    await git(project.path, ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'More');
    await git(project.path, 'tag', '--force', 'v1.0.0');
    await git(project.path, 'push', '--quiet', '--force', bare.path, 'v1.0.0');
    const directory = await assets({ content: 'others' });
    expect(await refusal(directory)).toContain('was published from commit');
    expect((await publish(directory, { REPLACE: 'true' })).status).toBe(0);
    expect(there()).toEqual(PUBLISHED);
    const sent = github.releases()[0]?.assets.find(({ name }) => name === FILES[1]);
    expect(sent?.bytes.toString()).toBe('others');
  });

  it('because a published release of this commit has other targets', async () => {
    expect((await publish(await assets({ musl: false }))).status).toBe(0);
    expect(await refusal(await assets())).toContain(`has no hello-1.0.0-${MUSL}.tar.gz`);
  });
});
