import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf } from '../../../src/path-bytes.js';
import { copyOf } from '../support/copy.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, ELF, writeTree, type Tree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';
import { localBuilder } from '../support/local-builder.js';

isolateGit();

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

/** A repository with one commit of these files, tagged `v1.0.0`. */
async function committed(tree: Tree): Promise<string> {
  const root = await repositoryWith({ 'mix.exs': 'x', ...tree }, ['.']);
  await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  await git(root, 'tag', 'v1.0.0');
  return root;
}

const state = async (root: string): Promise<readonly string[]> => [
  await git(root, 'status', '--porcelain'),
  await git(root, 'diff-index', '--name-only', 'HEAD'),
  (await git(root, 'describe', '--tags', '--dirty')).trim(),
];

const CLEAN = ['', '', 'v1.0.0'];

/** Names below a directory, byte for byte. */
function bytesBelow(directory: Buffer): readonly string[] {
  return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })
    .flatMap((entry) => {
      const inner = Buffer.concat([directory, Buffer.from('/'), entry.name]);
      const below = entry.isDirectory() ? bytesBelow(inner) : [];
      return [entry.name.toString('latin1'), ...below.map((each) => `${entry.name.toString('latin1')}/${each}`)];
    })
    .sort();
}

describe('names that are not UTF-8', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
  const below = (root: string, name: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), latin1(name)]);
  const LONG = 'd\xe9'.repeat(60);

  async function withNames(root: string): Promise<void> {
    await mkdir(below(root, `test/${LONG}`), { recursive: true });
    await mkdir(below(root, 'r\xe9p'), { recursive: true });
    await writeFile(below(root, 'test/caf\xe9.txt'), 'one');
    await writeFile(below(root, 'r\xe9p/\xff'), 'two');
    await writeFile(below(root, `test/${LONG}/${LONG}.txt`), 'three');
    await writeFile(path.join(root, 'test/café.txt'), 'four');
    await symlink(latin1('caf\xe9.txt'), below(root, 'test/link\xe9'));
    await symlink(latin1(`${LONG}/${LONG}`), path.join(root, 'test/long'));
  }

  it('go byte for byte, with git clean in the copy', async () => {
    const root = await committed({ 'test/.keep': '' });
    await withNames(root);
    await git(root, 'add', '--all');
    await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'Names');
    await git(root, 'tag', '--force', 'v1.0.0');
    await writeFile(below(root, '.git/refs/heads/caf\xe9'), readFileSync(path.join(root, '.git/refs/heads/master')));
    const { files, notes } = await copyOf(root);
    expect(notes).toEqual([]);
    const names = (at: string): readonly string[] =>
      bytesBelow(Buffer.from(at)).filter((name) => !name.startsWith('.git/logs'));
    expect(names(files)).toEqual(names(root));
    expect(readFileSync(below(files, 'test/caf\xe9.txt'), 'utf8')).toBe('one');
    expect(readFileSync(below(files, 'test/link\xe9'), 'utf8')).toBe('one');
    expect(readFileSync(below(files, `test/${LONG}/${LONG}.txt`), 'utf8')).toBe('three');
    expect(await state(files)).toEqual(CLEAN);
    expect(bytesOf(await git(files, 'for-each-ref', '--count=1', '--format=%(refname)')).length).toBeGreaterThan(0);
  });

  it('go byte for byte with a worktree, too', async () => {
    const root = await committed({});
    await writeFile(below(root, '.git/refs/heads/caf\xe9'), readFileSync(path.join(root, '.git/refs/heads/master')));
    const checkout = path.join(await directoryWith(), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    const { files } = await copyOf(checkout);
    expect(readFileSync(path.join(files, '.git/packed-refs')).includes(latin1('refs/heads/caf\xe9\n'))).toBe(true);
  });

  it('are ignored and excluded as others are', async () => {
    const root = await repositoryWith({ '.gitignore': '*.so\n', 'mix.exs': 'x' }, ['mix.exs']);
    await writeFile(below(root, 'n\xe9.so'), ELF);
    const { found } = await copyOf(root);
    expect(found.ignoredObjects.map((name) => bytesOf(name).toString('latin1'))).toEqual(['n\xe9.so']);
    const excluded = await copyOf(root, { exclude: 'n?.so' });
    expect(excluded.found.ignoredObjects).toEqual([]);
  });

  it('are known in the next build', async () => {
    const root = await directoryWith({ 'mix.exs': 'x' });
    await writeFile(below(root, 'caf\xe9.txt'), 'one');
    await symlink(latin1('caf\xe9.txt'), below(root, 'link\xe9'));
    const builder = await localBuilder();
    expect((await copyOf(root, {}, builder)).counts).toEqual({ sent: 3, removed: 0 });
    expect((await copyOf(root, {}, builder)).counts).toEqual({ sent: 0, removed: 0 });
    await writeFile(below(root, 'caf\xe9.txt'), 'two');
    const { counts, files } = await copyOf(root, {}, builder);
    expect(counts).toEqual({ sent: 1, removed: 0 });
    expect(readFileSync(below(files, 'caf\xe9.txt'), 'utf8')).toBe('two');
    await rm(below(root, 'caf\xe9.txt'));
    await rm(below(root, 'link\xe9'));
    expect((await copyOf(root, {}, builder)).counts).toMatchObject({ removed: 2 });
  });
});

describe('exclude', () => {
  it('leaves files out, and git stays clean', async () => {
    const root = await committed({ 'docs/big.md': 'x', 'docs/keep.md': 'x', 'lib/a.ex': 'x', 'movie.mp4': 'x' });
    const { files } = await copyOf(root, { exclude: ['*.mp4', 'docs/*', '!docs/keep.md'] });
    expect((await readdir(files)).sort()).toEqual(['.git', 'docs', 'lib', 'mix.exs']);
    expect(await readdir(path.join(files, 'docs'))).toEqual(['keep.md']);
    expect(await state(files)).toEqual(CLEAN);
    await writeTree(files, { 'lib/a.ex': 'changed' });
    expect((await state(files))[0]).toBe(' M lib/a.ex\n');
    expect(await state(root)).toEqual(CLEAN);
    expect(await git(root, 'ls-files', '-v')).not.toMatch(/^S/m);
  });

  it('may change from build to build', async () => {
    const root = await committed({ 'docs/big.md': 'x', 'lib/a.ex': 'x', 'movie.mp4': 'x' });
    const builder = await localBuilder();
    for (const [exclude, names] of [
      ['', ['docs', 'lib', 'mix.exs', 'movie.mp4']],
      ['*.mp4', ['docs', 'lib', 'mix.exs']],
      ['docs/', ['lib', 'mix.exs', 'movie.mp4']],
      ['docs/', ['lib', 'mix.exs', 'movie.mp4']],
      ['', ['docs', 'lib', 'mix.exs', 'movie.mp4']],
    ] as const) {
      const { files } = await copyOf(root, { exclude }, builder);
      expect((await readdir(files)).filter((name) => name !== '.git').sort()).toEqual(names);
      expect(await state(files)).toEqual(CLEAN);
      expect((await git(files, 'ls-files', '-v')).includes('S ')).toBe(exclude !== '');
    }
  });

  it('leaves a file out of a submodule, and git stays clean in both', async () => {
    const inner = await committed({ 'docs/big.md': 'x' });
    const root = await committed({});
    await git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'libs/inner');
    await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'Submodule');
    await git(root, 'tag', '--force', 'v1.0.0');
    const { files } = await copyOf(root, { exclude: 'docs/' });
    expect(await readdir(path.join(files, 'libs/inner'))).not.toContain('docs');
    expect(await state(files)).toEqual(CLEAN);
    expect(await state(path.join(files, 'libs/inner'))).toEqual(CLEAN);
    const without = await copyOf(root, { exclude: '/libs/' });
    expect(await readdir(without.files)).not.toContain('libs');
    expect(await state(without.files)).toEqual(CLEAN);
  });

  it('keeps the history unless it is named', async () => {
    const root = await committed({ 'lib/a.ex': 'x' });
    const all = await copyOf(root, { exclude: ['/*', '!/mix.exs'] });
    expect((await readdir(all.files)).sort()).toEqual(['.git', 'mix.exs']);
    expect(await state(all.files)).toEqual(CLEAN);
    const none = await copyOf(root, { exclude: '/.git' });
    expect((await readdir(none.files)).sort()).toEqual(['lib', 'mix.exs']);
  });

  it('keeps a removed file removed', async () => {
    const root = await committed({ 'lib/a.ex': 'x', 'docs/a.md': 'x' });
    await git(root, 'rm', '--quiet', '--cached', 'lib/a.ex');
    const { files } = await copyOf(root, { exclude: 'docs/' });
    expect((await state(files))[0]).toBe('D  lib/a.ex\n?? lib/\n');
  });

  it.each([
    ['mix.exs', '.'],
    ['*.exs', '.'],
    ['/apps/', 'apps/web'],
    ['/*', '.'],
  ])('%j, without the mix.exs of %s, is an error', async (exclude, directory) => {
    const root = await committed({ 'apps/web/mix.exs': 'x' });
    const error = await errorOf(() => copyOf(root, { exclude, 'working-directory': directory }));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain('mix.exs');
  });

  it('without the script of a hook is an error', async () => {
    const root = await committed({ 'ci/build.sh': 'x' });
    const error = await errorOf(() => copyOf(root, { exclude: 'ci/', 'before-build': 'ci/build.sh' }));
    expect(error.message).toBe('exclude leaves out ci/build.sh, which before-build runs');
  });
});

describe('git in the copy', () => {
  it('stays clean with files of Git LFS, whose filter the builder lacks', async () => {
    const root = await committed({});
    await writeTree(root, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'model.bin': 'long' });
    const filter = ['-c', 'filter.lfs.clean=echo pointer', '-c', 'filter.lfs.required=true'];
    await git(root, ...filter, 'add', '--all');
    await git(root, ...filter, ...AUTHOR, 'commit', '--quiet', '-m', 'Model');
    await git(root, 'tag', '--force', 'v1.0.0');
    const { files } = await copyOf(root);
    expect(await readFile(path.join(files, 'model.bin'), 'utf8')).toBe('long');
    expect(await state(files)).toEqual(CLEAN);
  });

  it('stays clean in a sparse checkout, and where a tracked output directory is not sent', async () => {
    const root = await committed({ 'docs/a.md': 'x', 'lib/a.ex': 'x', '.expert/x': 'x', '_build/x': 'x' });
    await git(root, 'sparse-checkout', 'set', 'lib', '.expert', '_build');
    const { files } = await copyOf(root);
    expect((await readdir(files)).sort()).toEqual(['.git', 'lib', 'mix.exs']);
    expect(await state(files)).toEqual(CLEAN);
  });

  it('does not get the files of a git that runs', async () => {
    const root = await committed({});
    await writeTree(root, { '.git/index.lock': '', '.git/objects/pack/tmp_pack_x': 'x', '.git/refs/heads/x.lock': '' });
    const { found } = await copyOf(root);
    expect(found.paths.filter((name) => /lock$|tmp_/.test(name))).toEqual([]);
  });
});

describe('files that git ignores outside the project', () => {
  const monorepo: Tree = {
    '.gitignore': '/apps/*/priv/\n/libs/*/lib/gen/\n.env\nnode_modules\n',
    'mix.exs': 'x',
    'apps/web/mix.exs': '[{:admin, in_umbrella: true}, {:shared, path: "../../libs/shared"}]',
  };
  const generated: Tree = {
    'apps/admin/mix.exs': 'x',
    'apps/admin/priv/static/app.js': 'x',
    'apps/admin/priv/static/nif.so': ELF,
    'apps/admin/assets/node_modules/x/index.js': 'x',
    'apps/other/mix.exs': 'x',
    'apps/other/priv/static/app.js': 'x',
    'libs/shared/mix.exs': 'x',
    'libs/shared/lib/gen/a.ex': 'x',
    '.env': 'x',
  };

  it('are sent where the project uses them, and named where it does not', async () => {
    const root = await committed(monorepo);
    await writeTree(root, generated);
    const { found } = await copyOf(root, { 'working-directory': 'apps/web' });
    expect(found.paths).toEqual(expect.arrayContaining(['apps/admin/priv/static/app.js', 'libs/shared/lib/gen/a.ex']));
    expect(found.paths).not.toContain('apps/other/priv/static/app.js');
    expect(found.ignoredObjects).toEqual(['apps/admin/priv/static/nif.so']);
    expect(found.notes).toEqual([
      expect.stringMatching(
        /^left out apps\/other\/priv\/, \.env, apps\/admin\/assets\/node_modules\/: git ignores them, and they lie outside apps\/web/,
      ),
    ]);
  });

  it('are sent where a pattern asks for them', async () => {
    const root = await committed(monorepo);
    await writeTree(root, { ...generated, 'apps/other/priv/cache/b': 'x' });
    const options = { 'working-directory': 'apps/web', exclude: '!/apps/other/priv/static/' };
    const { found } = await copyOf(root, options);
    expect(found.paths).toContain('apps/other/priv/static/app.js');
    expect(found.paths).not.toContain('apps/other/priv/cache/b');
    expect(found.notes[0]).toMatch(/^left out apps\/other\/priv\/cache\/, \.env, /);
  });
});
