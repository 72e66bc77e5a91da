import type { OptionName } from '../../options/table.js';
import { assignmentOf } from '../../smoke/runtime-config/variables.js';
import { findTarget } from '../../targets/find.js';
import type { Target } from '../../targets/table.js';
import type { Application, Project } from './project.js';

/** What the workflow passes on: an option with its lines. */
export interface GivenOption {
  readonly name: OptionName;
  readonly lines: readonly string[];
  /** Said above it in the workflow. */
  readonly comment?: string;
  readonly secret?: boolean;
}

/** What was found in a project, and what comes of it. */
export interface Choices {
  readonly options: readonly GivenOption[];
  /** One line for each thing that was found. */
  readonly found: readonly string[];
  /** What is left for a person to do. */
  readonly todo: readonly string[];
  /** Whether it compiles native code, so that each target is built on a machine of its own architecture. */
  readonly native: boolean;
}

/** Dependencies that compile native code. */
const NATIVE_DEPS = ['rustler', 'elixir_make', 'zigler', 'unifex', 'bundlex'];

const DATABASES: Readonly<Record<string, string>> = {
  postgrex: 'PostgreSQL',
  myxql: 'MySQL',
  tds: 'SQL Server',
  ecto_sqlite3: 'SQLite',
};

type Part = Pick<Partial<Choices>, 'options' | 'found' | 'todo'>;

/** What a project needs of a build for some targets, by what is known of it. */
export function choicesFor(project: Project, targets: readonly Target[]): Choices {
  const crates = project.applications.flatMap((each) => each.crates.map((crate) => below(each, crate)));
  const parts = [
    directoryPart(project),
    versionPart(project, targets),
    releasePart(project),
    packagesPart(project, crates),
    cratesPart(crates, targets),
    assetsPart(project),
    databasePart(project),
    variablesPart(project),
    privatePart(project),
  ];
  return {
    options: parts.flatMap(({ options = [] }) => options),
    found: parts.flatMap(({ found = [] }) => found),
    todo: parts.flatMap(({ todo = [] }) => todo),
    native: crates.length > 0 || NATIVE_DEPS.some((name) => hasDep(project, name)),
  };
}

function hasDep({ applications }: Project, name: string): boolean {
  return applications.some(({ mixfile }) => mixfile.deps.has(name));
}

function below({ path }: Application, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

function directoryPart({ directory, applications: [own, ...children] }: Project): Part {
  const umbrella = children.length > 0 ? [`an umbrella of ${children.map(({ path }) => path).join(', ')}`] : [];
  const name = own.mixfile.app === undefined ? umbrella : [`the project ${own.mixfile.app}`, ...umbrella];
  return {
    options: directory === '' ? [] : [{ name: 'working-directory', lines: [directory] }],
    found: directory === '' ? name : [...name, `the project's directory ${directory}`],
  };
}

/** Without a version file, a project that requires a newer Elixir than the default says so in its mix.exs. */
function versionPart({ versions, applications: [own] }: Project, [target]: readonly Target[]): Part {
  const { elixir, otp } = versions;
  if (elixir ?? otp) {
    const named = [elixir && `Elixir ${elixir.text}`, otp && `OTP ${otp.text}`].filter((text) => text !== undefined);
    return { found: [`${named.join(' and ')} (${(elixir ?? otp)?.origin ?? ''})`] };
  }
  const fallback = target?.fallback ?? findTarget('x86_64-unknown-linux-gnu').fallback;
  const [, least = '0'] = /^(?:~>|>=|==)?\s*1\.(\d+)/.exec(own.mixfile.elixir ?? '') ?? [];
  const isNewer = Number(least) > Number(fallback.elixir.split('.')[1]);
  const elixirVersion = isNewer ? `1.${least}` : fallback.elixir;
  return {
    options: isNewer ? [{ name: 'elixir-version', lines: [elixirVersion] }] : [],
    todo: [`name the versions in a .tool-versions; without one, it is Elixir ${elixirVersion} on OTP ${fallback.otp}`],
  };
}

function releasePart({ applications: [{ mixfile }] }: Project): Part {
  const { releases, hasDefaultRelease } = mixfile;
  if (releases.length < 2) return {};
  const found = [`the releases ${releases.join(', ')}`];
  return hasDefaultRelease ? { found } : { found, options: [{ name: 'release', lines: releases }] };
}

/** The packages of the system, in one option. */
function packagesPart(project: Project, crates: readonly string[]): Part {
  const npm = project.applications.some((each) => each.npm !== undefined && deploys(each));
  const packages = [...(crates.length > 0 ? ['cargo'] : []), ...(npm ? ['nodejs', 'npm'] : [])];
  return packages.length === 0 ? {} : { options: [{ name: 'packages', lines: [packages.join(' ')] }] };
}

function cratesPart(crates: readonly string[], targets: readonly Target[]): Part {
  if (crates.length === 0) return {};
  const found = [`code in Rust in ${crates.join(', ')}: cargo is installed in the builder (packages)`];
  if (!targets.some(({ libc }) => libc === 'glibc')) return { found };
  const plain = targets.every(({ libc }) => libc === 'glibc');
  return {
    found,
    options: [
      {
        name: 'os',
        lines: [plain ? 'debian:trixie' : '*-gnu => debian:trixie'],
        comment: 'Its Rust is 1.85; that of the default, bookworm, is 1.63, and runs on older machines.',
      },
    ],
  };
}

const deploys = ({ mixfile }: Application): boolean => mixfile.keys.has('assets.deploy');

function assetsPart({ applications }: Project): Part {
  const deploying = applications.filter(deploys);
  if (deploying.length === 0) return {};
  const commands = deploying.flatMap((each) => {
    const npm = each.npm ? [`npm ${each.npm.locked ? 'ci' : 'install'} --prefix assets`] : [];
    const own = [...npm, 'mix assets.deploy'];
    return each.path === '' ? own : [`(cd ${each.path} && ${own.join(' && ')})`];
  });
  const isPhoenix = applications.some(({ mixfile }) => mixfile.deps.has('phoenix'));
  return {
    found: [
      `${isPhoenix ? 'Phoenix with assets' : 'assets'}: mix assets.deploy runs before the release (before-release)`,
    ],
    options: [{ name: 'before-release', lines: commands }],
  };
}

function databasePart(project: Project): Part {
  const names = Object.entries(DATABASES).flatMap(([dep, name]) => (hasDep(project, dep) ? [name] : []));
  if (names.length === 0) return {};
  return { found: [`Ecto with ${names.join(', ')}: the smoke test starts the release without a database`] };
}

function variablesPart({ variables }: Project): Part {
  const names = [...new Set(variables.map(({ name }) => name))];
  const [first] = variables;
  if (first === undefined) return {};
  return {
    found: [`${first.file} insists on ${names.join(', ')}: placeholders are in smoke-env`],
    options: [
      {
        name: 'smoke-env',
        lines: names.map(assignmentOf),
        comment: 'Placeholders: the smoke test starts the release once, without a network.',
      },
    ],
  };
}

function privatePart({ lock }: Project): Part {
  const { organizations, repositories, sshHosts } = lock;
  const secretOf = (name: string): string => `HEX_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_KEY`;
  const secret = (name: string): string => `\${{ secrets.${secretOf(name)} }}`;
  const keys = [...organizations, ...repositories].map(secretOf);
  return {
    found: [
      ...(organizations.length > 0 ? [`private packages of ${organizations.join(', ')} on hex.pm`] : []),
      ...(repositories.length > 0 ? [`packages of the Hex repositories ${repositories.join(', ')}`] : []),
      ...(sshHosts.length > 0 ? [`git dependencies by SSH from ${sshHosts.join(', ')}`] : []),
    ],
    options: [
      ...(organizations.length > 0
        ? [
            {
              name: 'hex-organizations' as const,
              lines: organizations.map((name) => `${name}=${secret(name)}`),
              secret: true,
            },
          ]
        : []),
      ...(repositories.length > 0
        ? [
            {
              name: 'hex-repositories' as const,
              lines: repositories.map((name) => `${name} https://hex.example.com --auth-key ${secret(name)}`),
              secret: true,
            },
          ]
        : []),
      ...(sshHosts.length > 0
        ? [
            {
              name: 'git-credentials' as const,
              lines: sshHosts.map((host) => `https://x-access-token:\${{ secrets.DEPS_TOKEN }}@${host}`),
              secret: true,
            },
          ]
        : []),
    ],
    todo: [
      ...keys.map((name) => `add the secret ${name} to the repository`),
      ...repositories.map((name) => `write the address of ${name} instead of https://hex.example.com`),
      ...(sshHosts.length > 0 ? ['add the secret DEPS_TOKEN, a token that may read these repositories'] : []),
    ],
  };
}
