import { Command, CommanderError, Option as Flag } from 'commander';
import { helpOf } from '../options/describe.js';
import { isRepeatable, type Option } from '../options/option.js';
import { REPLACED_NAMES, requireNoneReplaced } from '../options/replaced.js';
import { OPTIONS, type OptionName, type RawOptions } from '../options/table.js';
import { MixReleaseError } from '../errors.js';
import { aroundCommands, type AroundInvocation } from './around-commands.js';
import packageJson from '../../package.json' with { type: 'json' };

/** A parsed command line. */
export type Invocation =
  | {
      readonly command: 'build';
      readonly directory: string;
      readonly options: RawOptions;
      readonly json: boolean;
      readonly verbose: boolean;
    }
  | {
      readonly command: 'plan';
      readonly directory: string;
      readonly options: RawOptions;
      readonly json: boolean;
      /** Whether the base image is started and probed. */
      readonly probe: boolean;
    }
  | {
      readonly command: 'audit';
      /** A directory or a tarball. */
      readonly path: string;
      readonly options: RawOptions;
      readonly json: boolean;
    }
  | { readonly command: 'diff'; readonly releases: readonly [string, string]; readonly json: boolean }
  | { readonly command: 'targets'; readonly json: boolean }
  | {
      readonly command: 'index';
      readonly directories: readonly string[];
      readonly output: string | undefined;
      readonly baseUrl: string | undefined;
      readonly commit: string | undefined;
      readonly json: boolean;
    }
  /** Empty for all known targets. */
  | { readonly command: 'matrix'; readonly targets: readonly string[]; readonly grouped: boolean }
  | AroundInvocation
  | { readonly command: 'clean' }
  /** `--help` or `--version`: printed already. */
  | { readonly command: 'none' };

interface IndexFlags {
  readonly output?: string;
  readonly baseUrl?: string;
  readonly commit?: string;
  readonly json?: boolean;
}

const STATUSES = `
Exit statuses:
  0    done
  2    usage or configuration: an option, the target, the versions, the project
  3    the container engine: not reachable, or disconnected
  4    the image: not found, not as requested, or its builder image could not be built
  5    the build failed: before-build, dependencies, compilation or the release
  6    the audit: the release does not fit the target
  7    the smoke test: the release does not run
  8    publishing failed: the output directory, the artifact or the index
  130  cancelled

1 is a bug in this program; for diff, it means that the releases differ.
`;

/**
 * Parses the arguments after the program's name.
 *
 * @throws MixReleaseError `bad-usage`
 */
export function parseArguments(argv: readonly string[]): Invocation {
  let invocation: Invocation = { command: 'none' };
  const program = new Command('mix-release')
    .description('Builds an Elixir `mix release` for the machine that it will run on.')
    .version(packageJson.version)
    .addHelpText('after', STATUSES);
  const buildCommand = new Command('build')
    .description('Builds the Mix project in DIR, the root of the checkout, for a target.')
    .argument('[DIR]', 'root of the checkout', '.');
  const planCommand = new Command('plan')
    .description('Prints what a build in DIR would use, and why; builds nothing.')
    .argument('[DIR]', 'root of the checkout', '.');
  // There are many of them: they are added only for the command in use.
  for (const command of [buildCommand, planCommand]) if (argv.includes(command.name())) addOptions(command);
  planCommand
    .option('--json', 'Print one JSON object.')
    .option('--probe', 'Also start the base image, pulled if necessary, and probe it.')
    .action((directory: string, values: Record<string, string | string[] | boolean>) => {
      const { json = false, probe = false, ...rest } = values;
      invocation = { command: 'plan', directory, options: toRaw(rest), json: json === true, probe: probe === true };
    });
  buildCommand
    .option('--json', 'Print one JSON object on standard output.')
    .option('--verbose', 'Show all output of the commands in the container.')
    .action((directory: string, values: Record<string, string | string[] | boolean>) => {
      const { json = false, verbose = false, ...rest } = values;
      invocation = {
        command: 'build',
        directory,
        options: toRaw(rest),
        json: json === true,
        verbose: verbose === true,
      };
    });
  program.addCommand(buildCommand);
  program.addCommand(planCommand);
  program.addCommand(
    auditCommand((path, values) => {
      const { json = false, ...rest } = values;
      invocation = { command: 'audit', path, options: toRaw(rest), json: json === true };
    }),
  );
  program.addCommand(
    new Command('targets')
      .description('Prints the targets, their aliases, and the systems of base images.')
      .option('--json', 'Print one JSON object.')
      .action(({ json = false }: { json?: boolean }) => {
        invocation = { command: 'targets', json };
      }),
  );
  program.addCommand(
    new Command('index')
      .description(
        'Collects the tarballs in DIR..., and writes release.json, install.sh and checksums.txt next to them.',
      )
      .argument('<DIR...>', 'directories that builds wrote to, or artifacts were downloaded to')
      .option('--output <DIR>', 'Output directory; by default the first DIR.')
      .option('--base-url <URL>', 'Address of the directory with the files, for install.sh.')
      .option('--commit <SHA>', 'Commit that the tarballs were built from, for release.json.')
      .option('--json', 'Print one JSON object: the index and the files.')
      .action((directories: readonly string[], values: IndexFlags) => {
        const { output, baseUrl, commit, json = false } = values;
        invocation = { command: 'index', directories, output, baseUrl, commit, json };
      }),
  );
  program.addCommand(
    new Command('matrix')
      .description(
        'Prints the rows of a workflow matrix for TARGETS, by default those of mix-release.toml, else every known one, as JSON.',
      )
      .argument('[TARGETS...]', 'triples or shorter names')
      .option('--grouped', 'Print one row with all targets, for a job that builds them together.')
      .action((targets: string[], { grouped = false }: { grouped?: boolean }) => {
        invocation = { command: 'matrix', targets, grouped };
      }),
  );
  program.addCommand(
    new Command('diff')
      .description('Prints how two releases differ and, where known, why; exits with 1 when they differ.')
      .argument('A', 'a tarball or an unpacked release')
      .argument('B', 'the other one')
      .option('--json', 'Print one JSON object.')
      .action((one: string, other: string, { json = false }: { json?: boolean }) => {
        invocation = { command: 'diff', releases: [one, other], json };
      }),
  );
  for (const command of aroundCommands((taken) => (invocation = taken))) program.addCommand(command);
  program.addCommand(
    new Command('clean').description('Removes every container, volume and image that this program made.').action(() => {
      invocation = { command: 'clean' };
    }),
  );
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    throwUnlessHelp(error, argv);
  }
  return invocation;
}

/** The options of `mix-release audit`. */
const AUDIT_OPTIONS: Readonly<Partial<Record<OptionName, string>>> = {
  target: 'Target to audit the release for; by default it is inferred from the files.',
  glibc: 'Highest glibc that the release may need, such as 2.31; by default there is no limit.',
  'allow-libraries': '',
  'audit-except': '',
};

function auditCommand(onAudit: (path: string, values: Record<string, string | string[] | boolean>) => void): Command {
  const command = new Command('audit')
    .description('Audits a release: where it runs, what it needs, and what is wrong with it.')
    .argument('PATH', 'directory or tarball of a release');
  for (const option of OPTIONS) {
    const summary = AUDIT_OPTIONS[option.name];
    if (summary !== undefined) command.addOption(toFlag(option, summary || option.summary));
  }
  return command.option('--json', 'Print one JSON object.').action(onAudit);
}

function throwUnlessHelp(error: unknown, argv: readonly string[]): void {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return;
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const missingCommand = argv[0] === 'help' ? `there is no command '${argv[1] ?? ''}'` : 'no command was given';
  const what = error.code === 'commander.help' ? missingCommand : message;
  throw new MixReleaseError('bad-usage', {
    what,
    next: 'See mix-release --help, and --help after the name of a command.',
  });
}

function addOptions(command: Command): void {
  for (const option of OPTIONS) {
    const heading = `${option.group}:`;
    command.addOption(toFlag(option, helpOf(option).text).helpGroup(heading));
    if (option.kind === 'flag') command.addOption(new Flag(`--no-${option.name}`).hideHelp().helpGroup(heading));
  }
  for (const name of REPLACED_NAMES) {
    for (const flag of [name, `no-${name}`]) command.addOption(new Flag(`--${flag}`).hideHelp());
  }
}

function toFlag(option: Option, text: string): Flag {
  const { name, kind } = option;
  const { placeholder } = helpOf(option);
  const flag = new Flag(placeholder === undefined ? `--${name}` : `--${name} <${placeholder}>`, text);
  if (kind === 'secrets') flag.env(`MIX_RELEASE_${name.replaceAll('-', '_').toUpperCase()}`);
  return isRepeatable(option)
    ? flag.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : flag;
}

/**
 * Commander's camel-cased keys, back to the names of the options.
 *
 * @throws MixReleaseError `bad-option`
 */
function toRaw(values: Readonly<Record<string, string | string[] | boolean>>): RawOptions {
  const valueOf = (name: string) => values[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  requireNoneReplaced((name) => valueOf(name) !== undefined);
  const named = OPTIONS.flatMap(({ name }) => {
    const value = valueOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
