import { describe, expect, it } from '@jest/globals';
import { ELF, type Tree } from '../support/files.js';
import { isolateGit, repositoryWith } from '../support/git.js';
import { listOf } from '../support/list.js';

isolateGit();

describe('listSources in a git checkout', () => {
  it.each([
    ['', 'deps/jason/mix.exs'],
    ['apps/web', 'apps/web/deps/jason/mix.exs'],
    ['apps/web', 'deps/jason/mix.exs'],
  ])('project %j with %s tracked: it is sent', async (project, file) => {
    const root = await repositoryWith({ 'mix.exs': '', 'apps/web/mix.exs': '', [file]: '' }, ['mix.exs', file]);
    const list = await listOf(root, { project });
    expect(list.paths).toContain(file);
    expect(list.notes).toEqual([]);
  });

  it.each(['', '/deps/*\n!/deps/own\n', '*.beam\n'])(
    'leaves out dependencies beside those that git tracks, which are sent as a whole, with .gitignore %j',
    async (gitignore) => {
      const own = { 'deps/own/mix.exs': '', 'deps/own/lib/own.ex': '', 'deps/README.md': '' };
      const other = { 'deps/stone/mix.exs': '', 'deps/stone/priv/x.so': ELF, 'deps/stone/.hex': '' };
      const tracked = ['mix.exs', 'deps/own/mix.exs', 'deps/README.md'];
      const root = await repositoryWith({ '.gitignore': gitignore, 'mix.exs': '', ...own, ...other }, tracked);
      const { paths, notes } = await listOf(root);
      expect(paths).toEqual(expect.arrayContaining(Object.keys(own).filter((name) => !name.includes('README'))));
      expect(paths.filter((name) => name.includes('stone'))).toEqual([]);
      expect(notes).toEqual([
        'left out deps/stone: git does not track them beside other dependencies, and they are fetched in the builder',
      ]);
    },
  );

  it.each([
    ['/third party\n/out/\n', 'deps_path: "third party", build_path: "out/compiled"'],
    ['', 'build_path: "../web/out/compiled", deps_path: "third party"'],
  ])('leaves out what the project calls deps and _build, with .gitignore %j and %s', async (gitignore, config) => {
    const mine = { 'web/third party/stone/mix.exs': '', 'web/out/compiled/lib/web/ebin/web.app': '' };
    const mixfile = `def project, do: [app: :web, ${config}]\n# deps_path: "lib"`;
    const root = await repositoryWith(
      { 'web/.gitignore': gitignore, 'web/mix.exs': mixfile, 'web/lib/web.ex': '', ...mine },
      ['web/mix.exs', 'web/lib/web.ex'],
    );
    const { paths } = await listOf(root, { project: 'web' });
    expect(paths).toContain('web/lib/web.ex');
    expect(paths.filter((name) => /stone|ebin/.test(name))).toEqual([]);
  });

  it('sends what git tracks there, and never leaves out the project', async () => {
    const mixfile = 'def project, do: [app: :web, deps_path: "third party", build_path: "."]';
    const tree = { 'mix.exs': mixfile, 'lib/web.ex': '', 'third party/own/mix.exs': '' };
    const root = await repositoryWith(tree, ['.']);
    expect((await listOf(root)).paths).toEqual(expect.arrayContaining(Object.keys(tree)));
  });

  it('keeps a tracked deps directory inside a tracked deps directory', async () => {
    const inner = 'deps/umbrella/deps/inner/mix.exs';
    const root = await repositoryWith({ 'mix.exs': '', 'deps/umbrella/mix.exs': '', [inner]: '' }, ['.']);
    expect((await listOf(root)).paths).toContain(inner);
  });

  it.each([[''], ['/deps\n']])('leaves out deps that git does not track, with .gitignore %j', async (gitignore) => {
    const root = await repositoryWith({ '.gitignore': gitignore, 'mix.exs': '', 'deps/jason/mix.exs': '' }, [
      'mix.exs',
    ]);
    expect((await listOf(root)).paths.filter((name) => name.startsWith('deps'))).toEqual([]);
  });

  it.each<[string, string, Tree, readonly string[], readonly string[]]>([
    [
      'an ignored object under priv',
      'priv/*.so\n',
      { 'mix.exs': '', 'priv/nif.so': ELF, 'priv/keep': '' },
      ['priv/keep'],
      ['priv/nif.so'],
    ],
    [
      'ignored objects elsewhere, which make would take for finished',
      '*.o\n*.so\n',
      { 'mix.exs': '', 'c_src/nif.o': ELF, 'c_src/nif.c': 'x', 'apps/a/lib/x.so': ELF },
      ['c_src/nif.c'],
      ['apps/a/lib/x.so', 'c_src/nif.o'],
    ],
    [
      'objects by what they hold',
      '/priv/\n',
      { 'mix.exs': '', 'priv/bin/port': ELF, 'priv/fake.so': 'text' },
      [],
      ['priv/bin/port'],
    ],
    [
      'objects in a directory that is ignored as a whole',
      '/priv/\n',
      { 'mix.exs': '', 'priv/native/deep/nif.so': ELF, 'priv/static/app.js': 'x' },
      [],
      ['priv/native/deep/nif.so'],
    ],
    [
      'objects of other systems',
      'priv\n',
      {
        'apps/a/priv/mac': Buffer.from('cffaedfe07000001', 'hex'),
        'apps/a/priv/fat': Buffer.from('cafebabe00000002', 'hex'),
        'apps/a/priv/win.dll': Buffer.from('MZ\0\0'),
        'apps/a/priv/lib.a': Buffer.from('!<arch>\nrest'),
      },
      [],
      ['apps/a/priv/fat', 'apps/a/priv/lib.a', 'apps/a/priv/mac', 'apps/a/priv/win.dll'],
    ],
  ])('leaves out and names %s', async (_, gitignore, tree, tracked, stray) => {
    const root = await repositoryWith({ '.gitignore': gitignore, ...tree }, tracked);
    const list = await listOf(root);
    expect([...list.ignoredObjects].sort()).toEqual(stray);
    const rest = Object.keys(tree).filter((name) => !stray.includes(name));
    expect(list.paths).toEqual(expect.arrayContaining(rest));
    expect(list.paths).not.toEqual(expect.arrayContaining([stray[0]]));
  });

  it.each<[string, string, Tree, readonly string[]]>([
    [
      'ignored assets under priv',
      'priv/static\n',
      { 'priv/static/app.js': 'x', 'priv/static/empty': '', 'priv/static/E': '\x7fE' },
      [],
    ],
    ['a tracked object under priv', '*.so\n', { 'priv/nif.so': ELF }, ['priv/nif.so']],
    ['an untracked object under priv that is not ignored', '', { 'priv/nif.so': ELF }, []],
    ['ignored programs of npm packages', 'node_modules\n', { 'assets/node_modules/esbuild/bin': ELF }, []],
    ['ignored files of the project', '*.secret.exs\n.env\n', { 'config/prod.secret.exs': '', '.env': '' }, []],
    [
      'an ignored link under priv to an object',
      'priv\n',
      { 'obj.so': ELF, 'priv/nif.so': { linkTo: '../obj.so' } },
      ['obj.so'],
    ],
  ])('keeps %s', async (_, gitignore, tree, tracked) => {
    const root = await repositoryWith({ '.gitignore': gitignore, 'mix.exs': '', ...tree }, tracked);
    const list = await listOf(root);
    expect(list.ignoredObjects).toEqual([]);
    expect(list.paths).toEqual(expect.arrayContaining(Object.keys(tree)));
  });

  it('leaves out what git ignores outside the project, and keeps it inside', async () => {
    const root = await repositoryWith({
      '.gitignore': '*.log\n/data/\n',
      'top.log': '',
      'data/huge': '',
      'libs/shared/a.log': '',
      'libs/shared/a.ex': '',
      'service/mix.exs': '',
      'service/b.log': '',
      'service/deep/c.log': '',
      'service-two/d.log': '',
      'service-two/e.ex': '',
    });
    const { paths } = await listOf(root, { project: 'service' });
    expect(paths.filter((name) => !name.startsWith('.git/'))).toEqual([
      '.git',
      '.gitignore',
      'libs',
      'libs/shared',
      'libs/shared/a.ex',
      'service',
      'service/b.log',
      'service/deep',
      'service/deep/c.log',
      'service/mix.exs',
      'service-two',
      'service-two/e.ex',
    ]);
  });

  it('keeps a project that lies in an ignored directory, and nothing else of that directory', async () => {
    const root = await repositoryWith({
      '.gitignore': '/vendor/\n',
      'vendor/app/mix.exs': '',
      'vendor/app/lib/a.ex': '',
      'vendor/app/priv/nif.so': ELF,
      'vendor/other/b.ex': '',
      'vendor/c': '',
    });
    const list = await listOf(root, { project: 'vendor/app' });
    expect(list.paths.filter((name) => name.startsWith('vendor'))).toEqual([
      'vendor',
      'vendor/app',
      'vendor/app/lib',
      'vendor/app/lib/a.ex',
      'vendor/app/mix.exs',
      'vendor/app/priv',
    ]);
    expect(list.ignoredObjects).toEqual(['vendor/app/priv/nif.so']);
  });

  it('finds ignored files whatever their names are', async () => {
    const names = ['two words.so', 'new\nline.so', 'grüße.so', '日本語.so'];
    const root = await repositoryWith(
      {
        '.gitignore': '*.so\n',
        'mix.exs': '',
        'priv/.keep': '',
        ...Object.fromEntries(names.map((name) => [`priv/${name}`, ELF])),
      },
      ['priv/.keep'],
    );
    const { ignoredObjects } = await listOf(root);
    expect([...ignoredObjects].sort()).toEqual(names.map((name) => `priv/${name}`).sort());
  });

  it('sends the repository itself, for what a mix.exs asks git', async () => {
    const root = await repositoryWith({ 'mix.exs': '' }, ['mix.exs']);
    expect((await listOf(root)).paths).toEqual(expect.arrayContaining(['.git', '.git/HEAD', '.git/index']));
  });
});
