import { access, appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { TARGET, runCli } from '../support/cli.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { noContainerWithin } from '../support/engine.js';

afterAll(() => noContainerWithin(7));

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'protocol.file.allow=always'];

/** A version that git tells, and that says in which of three ways git calls the checkout changed. */
const DESCRIBED = `
  defp commit do
    {tag, 0} = System.cmd("git", ["describe", "--tags", "--dirty"])
    {status, 0} = System.cmd("git", ["status", "--porcelain"])
    {_, difference} = System.cmd("git", ["diff-index", "--quiet", "HEAD"])
    IO.puts("GIT #{String.trim(tag)} #{inspect(status)} #{difference}")
    "x"
  end
`;

/** The project that reads its version from git, with a tag, and a file that is not for the builder. */
async function described() {
  const checkout = await checkoutOf('test/fixtures/gitversion');
  const file = path.join(checkout.path, 'mix.exs');
  const text = await readFile(file, 'utf8');
  await writeFile(file, `${text.slice(0, text.indexOf('  defp commit do'))}${DESCRIBED}end\n`);
  await writeFile(path.join(checkout.path, 'movie.mp4'), 'x');
  await writeFile(Buffer.concat([Buffer.from(`${checkout.path}/caf`), Buffer.of(0xe9)]), 'x');
  // The dependencies of the builder's copy are beside mix.exs.
  await appendFile(path.join(checkout.path, '.gitignore'), '/deps\n/_build/\n');
  await git(checkout.path, 'add', '--all');
  await git(checkout.path, ...AUTHOR, 'commit', '--quiet', '-m', 'Describe');
  await git(checkout.path, 'tag', 'v7.8.9');
  return checkout;
}

const build = async (checkout: string, ...args: readonly string[]) => {
  await using out = await temporary();
  return await runCli([
    'build',
    checkout,
    '--target',
    TARGET,
    '--output',
    out.path,
    '--smoke-test',
    'off',
    '--verbose',
    ...args,
  ]);
};

describe('the history of a checkout', () => {
  it.concurrent('comes along with a worktree, without what exclude names', async () => {
    await using checkout = await described();
    await using other = await temporary();
    const worktree = path.join(other.path, 'worktree');
    await git(checkout.path, 'worktree', 'add', '--quiet', worktree, '-b', 'other');
    const { status, stderr } = await build(worktree, '--exclude', '*.mp4');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('GIT v7.8.9 "" 0');
    expect(await git(worktree, 'status', '--porcelain')).toBe('');
  });

  it.concurrent('comes along with a submodule', async () => {
    await using inner = await described();
    await using checkout = await checkoutOf('examples/hello');
    await git(checkout.path, ...AUTHOR, 'submodule', '--quiet', 'add', inner.path, 'services/inner');
    const { status, stderr } = await build(path.join(checkout.path, 'services/inner'));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('GIT v7.8.9 "" 0');
  });

  it.concurrent('is named where it is cut off, with fetch-depth', async () => {
    await using checkout = await described();
    await git(checkout.path, 'tag', '--delete', 'v7.8.9');
    await using other = await temporary();
    const shallow = path.join(other.path, 'shallow');
    await git(other.path, 'clone', '--quiet', '--depth', '1', `file://${checkout.path}`, shallow);
    const { status, stderr } = await build(shallow);
    expect({ status, stderr }).toMatchObject({ status: 5 });
    expect(stderr).toContain('the checkout is shallow, and git describe finds no tag in it');
    expect(stderr).toMatch(/^ {2}.*The checkout is shallow.*fetch-depth: 0/m);
  });
});

it('refuses an exclude without mix.exs before an engine is asked', async () => {
  await using checkout = await checkoutOf('examples/hello');
  const { status, stderr } = await runCli(['build', checkout.path, '--target', TARGET, '--exclude', '/*'], {
    env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
  });
  expect(status).toBe(2);
  expect(stderr).toContain('error (bad-option): exclude leaves out mix.exs');
  await expect(access(path.join(checkout.path, '_build'))).rejects.toMatchObject({ code: 'ENOENT' });
});
