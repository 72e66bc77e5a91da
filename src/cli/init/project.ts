import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { relativeInside } from '../../paths.js';
import { variablesOfProject, type RuntimeVariable } from '../../smoke/runtime-config/variables.js';
import { git } from '../../sources/git-command.js';
import { readVersionDirectories } from '../../versions/directories.js';
import { findVersions } from '../../versions/files.js';
import type { VersionTexts } from '../../versions/requirement.js';
import { readLock, type LockSources } from './lock.js';
import { readMixfile, type Mixfile } from './mixfile.js';

/** A project of an umbrella, or the only one. */
export interface Application {
  /** Relative to the project, with `/`; empty for the project itself. */
  readonly path: string;
  readonly mixfile: Mixfile;
  /** Packages of npm for the assets, and whether they are locked; undefined where there are none. */
  readonly npm: { readonly locked: boolean } | undefined;
  /** Crates with code in Rust: directories with a Cargo.toml. */
  readonly crates: readonly string[];
}

/** What is known of a project without running any of it. */
export interface Project {
  /** Root of the repository. Absolute. */
  readonly checkout: string;
  /** Relative to the checkout, with `/`; empty for the checkout itself. */
  readonly directory: string;
  /** The project first, then the applications of an umbrella. */
  readonly applications: readonly [Application, ...Application[]];
  readonly lock: LockSources;
  readonly versions: VersionTexts;
  /** What the configuration for run time insists on. */
  readonly variables: readonly RuntimeVariable[];
  readonly branch: string;
  /** Whether there are tags of versions. */
  readonly hasVersionTags: boolean;
  readonly hasSubmodules: boolean;
}

/**
 * Reads the project in a directory, or the only one right below it.
 *
 * @param directory - absolute
 * @throws MixReleaseError `directory-not-found`, `mix-project-not-found`, `bad-version-file`
 */
export async function readProject(directory: string): Promise<Project> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new MixReleaseError('directory-not-found', {
      what: `${directory} is not a directory`,
      next: 'Name the root of the checkout, or the directory of the project in it.',
    });
  }
  const project = await projectBelow(directory);
  const checkout = await repositoryOf(project);
  const applications = await applicationsOf(project);
  return {
    checkout,
    directory: relativeInside(checkout, project) ?? '',
    applications,
    lock: readLock(await textOf(path.join(project, 'mix.lock'))),
    versions: findVersions(await readVersionDirectories(project, checkout)),
    variables: await variablesOfProject(project, 'prod', {}),
    branch: await branchOf(checkout),
    hasVersionTags: (await refs(checkout, 'refs/tags/v[0-9]*')).length > 0,
    hasSubmodules: await isFile(path.join(checkout, '.gitmodules')),
  };
}

async function projectBelow(directory: string): Promise<string> {
  if (await isFile(path.join(directory, 'mix.exs'))) return directory;
  const below = await directoriesIn(directory);
  const candidates: string[] = [];
  for (const name of below) {
    if (name !== 'deps' && (await isFile(path.join(directory, name, 'mix.exs')))) candidates.push(name);
  }
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return path.join(directory, only);
  throw new MixReleaseError('mix-project-not-found', {
    what: `there is no mix.exs in ${directory}${others.length === 0 ? '' : `, and several below it: ${candidates.join(', ')}`}`,
    next: 'Name the directory of the project: mix-release init DIR.',
  });
}

/** The nearest directory with a repository of git; the project itself without one. */
async function repositoryOf(project: string): Promise<string> {
  for (let directory = project; ; directory = path.dirname(directory)) {
    if (await exists(path.join(directory, '.git'))) return directory;
    if (path.dirname(directory) === directory) return project;
  }
}

async function applicationsOf(project: string): Promise<readonly [Application, ...Application[]]> {
  const own = await applicationAt(project, '');
  const { appsPath } = own.mixfile;
  const apps = appsPath === undefined ? undefined : path.resolve(project, appsPath);
  if (apps === undefined || relativeInside(project, apps) === undefined) return [own];
  const children: Application[] = [];
  for (const name of await directoriesIn(apps)) {
    if (!(await isFile(path.join(apps, name, 'mix.exs')))) continue;
    children.push(await applicationAt(project, relativeInside(project, path.join(apps, name)) ?? ''));
  }
  return [own, ...children];
}

async function applicationAt(project: string, directory: string): Promise<Application> {
  const place = path.join(project, directory);
  const crates: string[] = [];
  for (const name of await directoriesIn(path.join(place, 'native'))) {
    if (await isFile(path.join(place, 'native', name, 'Cargo.toml'))) crates.push(`native/${name}`);
  }
  const assets = path.join(place, 'assets');
  return {
    path: directory,
    mixfile: readMixfile(await textOf(path.join(place, 'mix.exs'))),
    npm: (await isFile(path.join(assets, 'package.json')))
      ? { locked: await isFile(path.join(assets, 'package-lock.json')) }
      : undefined,
    crates,
  };
}

/** The branch that others start from: that of the remote, else main or master, else main. */
async function branchOf(checkout: string): Promise<string> {
  const [head = ''] = await refs(checkout, 'refs/remotes/origin/HEAD', '%(symref)');
  const remote = /^refs\/remotes\/origin\/([\w./-]+)$/.exec(head)?.[1];
  if (remote !== undefined) return remote;
  const local = await refs(checkout, 'refs/heads/');
  return ['main', 'master'].find((name) => local.includes(`refs/heads/${name}`)) ?? 'main';
}

async function refs(checkout: string, pattern: string, format = '%(refname)'): Promise<readonly string[]> {
  const parts = await git(checkout, ['for-each-ref', `--format=${format}`, pattern]).catch(() => []);
  return parts.flatMap((part) => part.split('\n')).filter((line) => line !== '');
}

async function directoriesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** Larger than any text that people write. */
const MAX_LENGTH = 4 * 1024 ** 2;

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.length > MAX_LENGTH ? '' : text;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
