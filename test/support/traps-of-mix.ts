import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TARGET, runCli } from './cli.js';
import { git, temporary, type Temporary } from './checkout.js';
import { commit, springEach, type Trap, type Where } from './traps.js';

/** Files by path, with their text. */
type Files = Readonly<Record<string, string>>;

async function write(directory: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
}

async function edit(directory: string, name: string, from: string, to: string): Promise<void> {
  const file = path.join(directory, name);
  const before = await readFile(file, 'utf8');
  if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(file, before.replace(from, to));
}

const mixfile = (module: string, project: string): string =>
  `defmodule ${module}.MixProject do\n  use Mix.Project\n  def project, do: [${project}]\nend\n`;

/** An application that generates files below `priv` while it is compiled. */
interface Place {
  readonly at: string;
  readonly module: string;
}

const PROJECT: Place = { at: '.', module: 'Plain' };
const QUARTZ: Place = { at: 'quartz', module: 'Quartz' };
const ALPHA: Place = { at: 'apps/alpha', module: 'Alpha' };

const plain = ({ module }: Place): string => `defmodule ${module} do\n  def plain, do: 1\nend\n`;

/** A macro that compiles C, as Rustler's compiles Rust, and a module whose body writes a data file. */
const generators = ({ module }: Place): Files => ({
  'c_src/gen.c': 'int answer(void) { return 1; }\n',
  'lib/generated/builder.ex': `defmodule ${module}.Builder do
  defmacro __using__(_) do
    File.mkdir_p!("priv/native")
    {_, 0} = System.cmd("cc", ~w(-shared -fPIC -o priv/native/gen.so c_src/gen.c))
    Mix.Project.build_structure()
    quote do
      @external_resource "c_src/gen.c"
    end
  end
end
`,
  'lib/generated/native.ex': `defmodule ${module}.Native do\n  use ${module}.Builder\nend\n`,
  'lib/generated/table.ex': `defmodule ${module}.Table do
  File.mkdir_p!("priv/data")
  File.write!("priv/data/table.json", "one")
  Mix.Project.build_structure()
end
`,
});

const inEach =
  (places: readonly Place[], change: (directory: string, place: Place) => Promise<void>) =>
  async (project: string): Promise<void> => {
    for (const place of places) await change(path.join(project, place.at), place);
  };

/** Files that are generated below `priv`: made, changed, moved, removed, and each time what they would be made of is sent. */
const generated = (places: readonly Place[]): readonly Trap[] => [
  {
    name: 'files that are generated below priv',
    spring: inEach(places, (at, place) => write(at, generators(place))),
    changes: true,
  },
  { name: 'no change at all', spring: () => Promise.resolve() },
  {
    name: 'a module beside those that generate',
    spring: inEach(places, (at) => edit(at, 'lib/plain.ex', 'plain, do: 1', 'plain, do: 2')),
    changes: true,
  },
  {
    name: 'the source that a macro compiles',
    spring: inEach(places, (at) => edit(at, 'c_src/gen.c', 'return 1', 'return 2')),
    changes: true,
  },
  {
    name: 'generators that make other files',
    spring: inEach(places, async (at) => {
      await edit(at, 'lib/generated/builder.ex', 'gen.so', 'other.so');
      await edit(at, 'lib/generated/table.ex', 'table.json', 'other.json');
    }),
    changes: true,
  },
  {
    name: 'a file of the checkout with the name of a generated one',
    spring: inEach(places, (at) => write(at, { 'priv/data/other.json': 'of the checkout' })),
  },
  {
    name: 'the same file, which is gone again',
    spring: inEach(places, (at) => rm(path.join(at, 'priv'), { recursive: true })),
  },
  {
    name: 'a build that failed after files were generated',
    spring: async (project, where) => {
      const broken = path.join(project, places.at(-1)?.at ?? '.', 'lib/zz_broken.ex');
      await inEach(places, (at) => edit(at, 'lib/generated/table.ex', '"one"', '"two"'))(project);
      await writeFile(broken, 'defmodule Broken do\n  def x, do: y\nend\n');
      await buildBroken(project, where);
      await rm(broken);
    },
    changes: true,
  },
];

const gone = (place: Place): Trap => ({
  name: `generators of ${place.module} that are gone`,
  spring: (project) => rm(path.join(project, place.at, 'lib/generated'), { recursive: true }),
  changes: true,
});

async function buildBroken(project: string, { image }: Where): Promise<void> {
  const { status } = await runCli(['build', project, '--target', TARGET, '--image', image, '--smoke-test', 'off']);
  if (status !== 5) throw new Error(`the broken project ended with ${String(status)}`);
}

const url = (name: string): string => `git: "file:///build/src/${name}/.git"`;
const STONES: readonly string[] = ['stone', 'pebble', 'opal'];

async function makeStones(project: string): Promise<void> {
  const optional = `deps: [{:stone, ${url('stone')}}, {:opal, ${url('opal')}, optional: true}]`;
  const files: Files = {
    'stone/mix.exs': mixfile('Stone', 'app: :stone, version: "1.0.0"'),
    'stone/lib/stone.ex': 'defmodule Stone do\n  defmacro size, do: 1\nend\n',
    'opal/mix.exs': mixfile('Opal', 'app: :opal, version: "1.0.0"'),
    'opal/lib/opal.ex': 'defmodule Opal do\n  def x, do: 1\nend\n',
    'pebble/mix.exs': mixfile('Pebble', `app: :pebble, version: "1.0.0", ${optional}`),
    'pebble/lib/pebble.ex': `defmodule Pebble do
  require Stone
  @seen {Application.get_env(:other, :key), Code.ensure_loaded?(Opal), Stone.size()}
  def seen, do: @seen
end
`,
  };
  await write(project, files);
  for (const name of STONES) {
    await git(path.join(project, name), 'init', '--quiet', '--initial-branch=main');
    await commit(path.join(project, name));
  }
}

/** What is in `sys.config` of a release with a provider has come about in another order in a build that compiles nothing. */
const RELEASES = 'releases: [plain: [config_providers: [{Config.Reader, {:system, "RELEASE_ROOT", "/extra.exs"}}]]]';

/** Asks for dependencies and locks them to what their repositories have now. */
async function use(project: string, version: string, stones: readonly string[]): Promise<void> {
  const asked = stones.map((name) => `{:${name}, ${url(name)}}`);
  const deps = ['{:quartz, path: "quartz"}', ...asked].join(', ');
  const locked: string[] = [];
  for (const name of STONES.filter((each) => stones.includes(each) || each === 'stone')) {
    const head = await git(path.join(project, name), 'rev-parse', 'HEAD');
    locked.push(`  "${name}": {:git, "file:///build/src/${name}/.git", "${head}", []},\n`);
  }
  await write(project, {
    'mix.exs': mixfile('Plain', `app: :plain, version: "${version}", ${RELEASES}, deps: [${deps}]`),
    'mix.lock': `%{\n${locked.join('')}}\n`,
  });
}

/** A project with a path dependency, and dependencies that know each other, in repositories of their own. */
async function plainProject(): Promise<Temporary> {
  const made = await temporary();
  await git(made.path, 'init', '--quiet', '--initial-branch=main');
  await write(made.path, {
    'lib/plain.ex': plain(PROJECT),
    'lib/version.ex':
      'defmodule Plain.Version do\n  @version Mix.Project.config()[:version]\n  def get, do: {@version, Quartz.plain(), Pebble.seen()}\nend\n',
    'config/config.exs': 'import Config\nconfig :other, key: 1\n',
    'quartz/mix.exs': mixfile('Quartz', 'app: :quartz, version: "1.0.0"'),
    'quartz/lib/plain.ex': plain(QUARTZ),
  });
  await git(made.path, 'add', '--all');
  await commit(made.path);
  await makeStones(made.path);
  await use(made.path, '1.0.0', ['pebble']);
  return made;
}

const DECIDED: readonly Trap[] = [
  {
    name: 'a version that a module reads while it is compiled',
    spring: (at) => use(at, '1.0.1', ['pebble']),
    compiled: [],
    changes: true,
  },
  {
    name: 'a comment in config/',
    spring: (at) => edit(at, 'config/config.exs', 'import Config', 'import Config\n# a comment'),
    compiled: [],
    changes: false,
  },
  {
    name: 'a value of config/ that a dependency reads of another application',
    spring: (at) => edit(at, 'config/config.exs', 'key: 1', 'key: 2'),
    changes: true,
  },
  { name: 'an optional dependency that appears', spring: (at) => use(at, '1.0.1', ['pebble', 'opal']), changes: true },
  {
    name: 'a dependency of a dependency that moves in the lock',
    spring: async (at) => {
      await edit(at, 'stone/lib/stone.ex', 'size, do: 1', 'size, do: 2');
      await commit(path.join(at, 'stone'));
      await use(at, '1.0.1', ['pebble', 'opal']);
    },
    changes: true,
  },
  { name: 'a dependency that is gone', spring: (at) => use(at, '1.0.1', ['pebble']), changes: true },
  {
    name: 'the revision of git in an attribute',
    spring: (at) =>
      write(at, {
        'lib/revision.ex':
          'defmodule Plain.Revision do\n  @revision System.cmd("git", ["rev-parse", "HEAD"])\n  def get, do: @revision\nend\n',
      }),
    changes: true,
  },
  {
    name: 'another revision of git',
    spring: async (at) => {
      const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
      await git(at, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'Nothing');
    },
    compiled: [],
    changes: true,
  },
];

/** Springs each trap in a project and a path dependency of it. */
export async function springProjectTraps(image: string): Promise<void> {
  await using project = await plainProject();
  const move: Trap = {
    name: 'generators that move to another application',
    spring: async (at) => {
      await rename(path.join(at, 'quartz/lib/generated'), path.join(at, 'lib/generated'));
    },
    changes: true,
  };
  const traps = [...generated([PROJECT, QUARTZ]), gone(PROJECT), move, gone(PROJECT), ...DECIDED];
  await springEach(project.path, { image }, traps, STONES);
}

/** Springs each trap in a child of an umbrella. */
export async function springUmbrellaTraps(image: string): Promise<void> {
  await using project = await temporary();
  const places = 'build_path: "../../_build", config_path: "../../config/config.exs", deps_path: "../../deps"';
  const child = (name: string, module: string, deps: string): Files => ({
    [`apps/${name}/mix.exs`]: mixfile(
      module,
      `app: :${name}, version: "1.0.0", ${places}, lockfile: "../../mix.lock", deps: [${deps}]`,
    ),
  });
  await write(project.path, {
    'mix.exs': mixfile(
      'Both',
      'apps_path: "apps", version: "1.0.0", releases: [both: [applications: [beta: :permanent]]]',
    ),
    'config/config.exs': 'import Config\n',
    ...child('alpha', 'Alpha', ''),
    'apps/alpha/lib/plain.ex': plain(ALPHA),
    ...child('beta', 'Beta', '{:alpha, in_umbrella: true}'),
    'apps/beta/lib/beta.ex': 'defmodule Beta do\n  @plain Alpha.plain()\n  def plain, do: @plain\nend\n',
  });
  await git(project.path, 'init', '--quiet', '--initial-branch=main');
  await commit(project.path);
  await springEach(project.path, { image }, [...generated([ALPHA]), gone(ALPHA)], []);
}

const GEM = 'deps: [{:gem, path: "gem"}]';

/** Ways in which code learns the version of its project while it is compiled, which Mix does not track. */
const VERSIONS = [
  'Mix.Project.config()[:version]',
  'Tag.MixProject.project()[:version]',
  'Keyword.get(Mix.Project.get!().project(), :version)',
  'Tag.Macros.version()',
  'elem(Tag.Read.now(), 0)',
];

/** Gives new versions to a project whose code asks for them in these ways, and to one whose code does not. */
export async function springVersionTraps(image: string): Promise<void> {
  await using project = await temporary();
  let version = 0;
  const bump = async (at: string): Promise<void> => {
    version += 1;
    await write(at, { 'mix.exs': mixfile('Tag', `app: :tag, version: "0.0.${String(version)}", ${GEM}`) });
  };
  const asks = (body: string): Files => ({
    'lib/asks.ex': `defmodule Tag.Asks do\n  require Tag.Macros\n  @version ${body}\n  def version, do: @version\nend\n`,
  });
  await write(project.path, {
    'lib/plain.ex': 'defmodule Tag.Plain do\n  def x, do: 1\nend\n',
    'lib/gem.ex': 'defmodule Tag.Gem do\n  @version Application.spec(:gem, :vsn)\n  def version, do: @version\nend\n',
    'gem/mix.exs': mixfile('Gem', 'app: :gem, version: "1.0.0"'),
    'gem/lib/gem.ex': 'defmodule Gem do\nend\n',
    'lib/macros.ex': 'defmodule Tag.Macros do\n  defmacro version, do: Mix.Project.config()[:version]\nend\n',
    'lib/read.ex': 'defmodule Tag.Read do\n  def now, do: {Mix.Project.config()[:version]}\nend\n',
  });
  await git(project.path, 'init', '--quiet', '--initial-branch=main');
  await bump(project.path);
  await commit(project.path);
  const trap = { name: 'a version', spring: bump, changes: true };
  const gem: Trap = {
    name: 'the version of a dependency, which code asks for',
    spring: (at) => edit(at, 'gem/mix.exs', '1.0.0', '1.1.0'),
    changes: true,
  };
  const ask = VERSIONS.map((body): Trap => ({ name: body, spring: (at) => write(at, asks(body)) }));
  await springEach(project.path, { image }, [...ask.flatMap((each) => [each, trap]), trap, gem], []);
  await write(project.path, asks('1'));
  // Elixir 1.10 itself compiles a project again whose mix.exs has changed.
  const quiet: Trap = { ...trap, name: 'a version that nobody asks for', quiet: !image.includes(':1.10.') };
  // What was asked for once counts until the next compilation from scratch.
  await springEach(project.path, { image }, [trap, quiet], []);
  // The text of mix.exs stays, as where git tells the version.
  const told: Trap = { ...quiet, name: 'a version that a file tells', spring: (at) => write(at, { VERSION: '1.0.1' }) };
  await write(project.path, {
    VERSION: '1.0.0',
    'mix.exs': mixfile('Tag', `app: :tag, version: File.read!("VERSION"), ${GEM}`),
  });
  await springEach(project.path, { image }, [told], []);
}
