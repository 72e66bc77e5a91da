import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Command } from '../../src/engine/container.js';
import type { CacheStore } from '../../src/cache/store.js';
import { readRequests, type BuildRequest, type BuildRequests } from '../../src/options/request.js';
import type { RawOptions } from '../../src/options/table.js';
import type { BuildContext, Reporter } from '../../src/pipeline/run.js';
import type { Probe } from '../../src/builder/probe.js';
import { ARM, GNU, MUSL, release } from '../unit/audit/support/releases.js';
import { directoryWith } from '../unit/support/files.js';
import { PROBE } from '../unit/support/probe.js';
import type { FakeContainer } from './fake-engine/container.js';
import { fakeEngine, type FakeEngine, type GivenImage } from './fake-engine/engine.js';
import type { FakeAnswer } from './fake-engine/handlers.js';
import { findImage } from './fake-engine/images.js';

const VERSIONS = '1.18.3-erlang-27.3.4.1';

/** Says which target an image is for; images that are built of it have it, too. */
const TRIPLE = 'test.triple';

/** What images say of themselves, by the target that they are for, where that is not what Debian trixie says. */
type Probes = Readonly<Record<string, Partial<Probe>>>;

/** How a project and its images differ from usual ones. */
interface Project {
  readonly probes: Probes;
  /** `include_erts` of its release `web`, as Elixir prints it; '' where it has none. */
  readonly ownErts: string;
}

const PROBES: Probes = {
  [MUSL]: { os: 'alpine 3.22.1', osCodename: '', libc: 'musl', libcVersion: '1.2.5', systemArchitecture: MUSL },
};

/** An Erlang as OTP installs it, which is read where it cannot run. */
const ERLANG = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
  '/usr/local/bin/erl': { linkTo: '../lib/erlang/bin/erl' },
  '/usr/local/lib/erlang/bin/erl': '#!/bin/sh\n',
  '/usr/local/lib/erlang/releases/start_erl.data': `${PROBE.erts} 27\n`,
  '/usr/local/lib/erlang/releases/27/OTP_VERSION': `${PROBE.otp}\n`,
};

/** Where the applications of its releases come from. */
const INVENTORY = JSON.stringify({
  apps: [{ app: 'web', kind: 'project', path: '', licenses: ['MIT'], links: [], locks: [] }],
  locks: {},
});

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

const fact = (mark: string, name: string, value: string): string =>
  `${mark} fact ${name} ${Buffer.from(value).toString('base64')}`;

/** An engine in memory in which a project with the releases `web` and `api` builds, and its releases run. */
export function projectEngine(project: Project = { probes: PROBES, ownErts: '' }): FakeEngine {
  const engine = fakeEngine({
    handlers: { run: (command, container, print) => answer(command, container, print, project), talk },
  });
  const directories = ['/build/src', '/build/state', '/build/home', '/build/record'];
  const elixir = (name: string, triple: string, more: Partial<GivenImage> = {}): void =>
    void engine.addImage({ names: [`hexpm/${name}`], directories, labels: { [TRIPLE]: triple }, ...more });
  elixir(`elixir:${VERSIONS}-debian-trixie-20250929-slim`, GNU);
  elixir(`elixir:${VERSIONS}-alpine-3.22.1`, MUSL);
  const foreign = { platform: 'linux/arm64', files: ERLANG };
  elixir(`elixir-arm64:${VERSIONS}-debian-trixie-20250929-slim`, ARM, foreign);
  for (const name of ['debian:trixie-slim', 'alpine:3.22']) engine.addImage({ names: [name], directories: ['/smoke'] });
  engine.addImage({ names: ['arm64v8/debian:trixie-slim'], directories: ['/smoke'], platform: 'linux/arm64' });
  return engine;
}

async function answer(
  command: Command,
  container: FakeContainer,
  print: (line: string) => void,
  project: Project,
): Promise<FakeAnswer> {
  const mark = UUID.exec(command.argv.join('\n'))?.[0] ?? '';
  switch (command.title) {
    case 'the probe of the image':
      return { lines: probeFacts('mix-release-probe', container, project.probes) };
    case 'mix':
      // Between two tasks whatever listens has its turn, as with a Mix that takes its time.
      for (const task of mixTasks(command.argv)) {
        for (const line of runTask(task, container, { target: command.env?.MIX_RELEASE_TARGET, project })) print(line);
        await setImmediate();
        await setImmediate();
      }
      return {};
    case 'eval':
      return { lines: [fact(mark, 'answered', '')] };
    default:
      if (!command.title.startsWith('before-')) return {};
      return { lines: [fact(mark, 'before', 'A=1\0'), fact(mark, 'after', 'A=1\0B=2\0')] };
  }
}

/** The builder's checkout is empty, whatever was sent. */
function talk(_: Command, _container: FakeContainer, input: Readable, output: Writable): void {
  input.resume().once('end', () => output.end('\0\0.\0\x001 1.5 0 41ed\nend\n'));
}

function probeFacts(mark: string, { world, spec }: FakeContainer, probes: Probes): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    osCodename: 'os_codename',
    libcVersion: 'libc_version',
    systemArchitecture: 'system_architecture',
  };
  const triple = findImage(world, spec.image, spec.platform)?.labels[TRIPLE] ?? GNU;
  return Object.entries({ ...PROBE, ...probes[triple] }).map(([name, value]) => fact(mark, names[name] ?? name, value));
}

/** The tasks of `mix do`, each with its arguments. */
function mixTasks(argv: readonly string[]): readonly (readonly string[])[] {
  const tasks: string[][] = [[]];
  for (const word of argv.slice(argv.indexOf('do') + 1)) {
    if (word === ',') tasks.push([]);
    else tasks.at(-1)?.push(word);
  }
  return tasks;
}

function runTask(
  [task = '', first = '', second = 'web']: readonly string[],
  container: FakeContainer,
  { target, project: { probes, ownErts } }: { readonly target: string | undefined; readonly project: Project },
): readonly string[] {
  const place = (name: string): string => `/build/src/_build/prod/rel/${name}`;
  switch (task) {
    case 'mix_release_builder.probe':
      return probeFacts(first, container, probes);
    case 'mix_release_builder.prepare':
      return [fact(first, 'deps_path', '/build/src/deps'), fact(first, 'build_path', '/build/src/_build/prod')];
    case 'mix_release_builder.releases':
      return ownErts === '' ? [] : [fact(first, 'own_erts', `web ${ownErts}`)];
    case 'mix_release_builder.compile':
      return [fact(first, 'outputs', '')];
    case 'mix_release_builder.cross':
      return [fact(first, 'crossed', 'web native'), fact(first, 'otp_applications', 'kernel stdlib')];
    case 'mix_release_builder.stage':
      return [`${first} stage ${second}`];
    case 'mix_release_builder.describe': {
      const facts = { name: second, version: '0.1.0', path: place(second), erts_version: '15.2.7' };
      return Object.entries(facts).map(([name, value]) => fact(first, name, value));
    }
    case 'mix_release_builder.inventory':
      return [fact(first, 'inventory', INVENTORY)];
    case 'release': {
      const name = first.startsWith('--') ? 'web' : first;
      for (const [path, file] of Object.entries(release(target))) {
        const renamed = path === 'bin/web' ? `bin/${name}` : path;
        const content = typeof file === 'object' && 'content' in file ? file.content : file;
        if (typeof content !== 'string' && !Buffer.isBuffer(content)) throw new Error(`${path} is no file`);
        container.write(`${place(name)}/${renamed}`, content, renamed.startsWith('bin/') ? 0o755 : 0o644);
      }
      return [`Release created at ${place(name)}`];
    }
    default:
      return [`ran ${task}`];
  }
}

/** What a run of the project differs in from one with everything on. */
export interface RunChanges {
  readonly options?: RawOptions;
  /** What images of a target say of themselves besides. */
  readonly probes?: Probes;
  readonly ownErts?: string;
  readonly context?: Partial<BuildContext>;
}

/** A run that is ready: its request, its context, and everything that it was told and left. */
export interface ProjectRun {
  readonly engine: FakeEngine;
  /** The first of its requests. */
  readonly request: BuildRequest;
  /** One for each target. */
  readonly requests: BuildRequests;
  readonly context: BuildContext;
  readonly cancel: () => void;
  /** What the reporter was told: `[what, stage, …]`. */
  readonly events: readonly (readonly unknown[])[];
  readonly published: readonly string[];
  readonly scheduled: readonly string[];
  /** Calls this when a stage starts. */
  onStage(listener: (stage: string) => void): void;
}

/** A run with every stage on: two releases, a script before the build, a cache service, an artifact. */
export async function projectRun({
  options = {},
  probes = {},
  ownErts = '',
  context = {},
}: RunChanges = {}): Promise<ProjectRun> {
  const checkout = await directoryWith({ 'mix.exs': 'defmodule Web do end', 'prepare.sh': 'export B=2' });
  const output = await directoryWith({ 'web-0.1.0-x86_64-unknown-linux-gnu.tar.gz': 'of an earlier build' });
  const from = { checkout, cwd: checkout, env: {} };
  const requests = await readRequests(
    {
      ...{ target: 'x86_64-unknown-linux-gnu', os: 'debian:trixie', release: 'web api', output },
      ...{ 'before-build': 'prepare.sh', 'before-release': 'mix assets.deploy' },
      ...{ 'smoke-test': 'eval', pull: 'never', ...options },
    },
    from,
  );
  const [request] = requests;
  const engine = projectEngine({ probes: { ...PROBES, [MUSL]: { ...PROBES[MUSL], ...probes[MUSL] } }, ownErts });
  const events: unknown[][] = [];
  const published: string[] = [];
  const scheduled: string[] = [];
  let listen: (stage: string) => void = () => undefined;
  const reporter: Reporter = {
    stageStarted: (stage) => {
      events.push(['started', stage]);
      listen(stage);
    },
    stageEnded: (stage, _, outcome) => void events.push(['ended', stage, outcome]),
    stageSkipped: (stage, reason) => void events.push(['skipped', stage, reason]),
    line: () => undefined,
    note: () => undefined,
    warn: (text) => void events.push(['warned', text]),
  };
  const store: CacheStore = {
    restore: () => Promise.resolve(undefined),
    remove: () => Promise.resolve(),
    scheduleSave: ({ key }) => void scheduled.push(key),
  };
  const controller = new AbortController();
  return {
    ...{ engine, request, requests, events, published, scheduled },
    cancel: () => controller.abort(),
    onStage: (listener) => (listen = listener),
    context: {
      ...{ reporter, signal: controller.signal, id: randomUUID(), keepState: true, store, env: {} },
      connect: () => Promise.resolve(engine),
      publish: (publications) => {
        published.push(...publications.map(({ name }) => name));
        return Promise.resolve(
          publications.map(({ name }, id) => ({ name, id, url: `https://example/${name}`, digest: '' })),
        );
      },
      ...context,
    },
  };
}

/** Has commands answered otherwise than the project answers them; undefined leaves one to the project. */
export function answering(
  { engine: { handlers } }: Pick<ProjectRun, 'engine'>,
  answer: (command: Command, container: FakeContainer) => FakeAnswer | undefined,
): void {
  const own = handlers.run;
  Object.assign(handlers, {
    run: (...[command, container, print]: Parameters<typeof own>) =>
      answer(command, container) ?? own(command, container, print),
  });
}
