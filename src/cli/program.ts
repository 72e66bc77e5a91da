import { Command, CommanderError } from 'commander';
import { OPTIONS, type OptionName, type RawOptions } from '../options/table.js';
import { MixReleaseError } from '../errors.js';
import { aroundCommands, type AroundInvocation } from './around-commands.js';
import { addOptions, toFlag, toRaw } from './flags.js';
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
      readonly command: 'shell';
      readonly directory: string;
      readonly options: RawOptions;
      /** What is run in place of a shell: program and arguments. */
      readonly argv: readonly string[] | undefined;
      readonly verbose: boolean;
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
  const [own, rest] = splitCommand(argv);
  const program = programOf(argv, rest, (taken) => (invocation = taken));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  try {
    program.parse([...own], { from: 'user' });
  } catch (error) {
    throwUnlessHelp(error, argv);
  }
  return invocation;
}

/** The commands with all of their options, for what describes them. */
export function allCommands(): readonly Command[] {
  return programOf(['build', 'plan', 'shell'], undefined, () => undefined).commands;
}

/**
 * @param argv - the options of a build are added to the commands among them alone
 * @param rest - the command for the container
 */
function programOf(
  argv: readonly string[],
  rest: readonly string[] | undefined,
  take: (invocation: Invocation) => void,
): Command {
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
  const shellCommand = new Command('shell')
    .usage('[options] [DIR] [-- COMMAND ...]')
    .description('Opens a shell in the builder container of the project in DIR, or runs COMMAND there.')
    .argument('[DIR]', 'root of the checkout', '.');
  // There are many of them: they are added only for the command in use.
  for (const command of [buildCommand, planCommand, shellCommand])
    if (argv.includes(command.name())) addOptions(command);
  planCommand
    .option('--json', 'Print one JSON object.')
    .option('--probe', 'Also start the base image, pulled if necessary, and probe it.')
    .action((directory: string, values: Record<string, string | string[] | boolean>) => {
      const { json = false, probe = false, ...rest } = values;
      take({ command: 'plan', directory, options: toRaw(rest), json: json === true, probe: probe === true });
    });
  buildCommand
    .option('--json', 'Print one JSON object on standard output.')
    .option('--verbose', 'Show all output of the commands in the container.')
    .action((directory: string, values: Record<string, string | string[] | boolean>) => {
      const { json = false, verbose = false, ...rest } = values;
      take({
        command: 'build',
        directory,
        options: toRaw(rest),
        json: json === true,
        verbose: verbose === true,
      });
    });
  shellCommand
    .option('--verbose', 'Show all output of before-build.')
    .action((directory: string, values: Record<string, string | string[] | boolean>) => {
      const { verbose = false, ...options } = values;
      take({ command: 'shell', directory, options: toRaw(options), argv: rest, verbose: verbose === true });
    });
  program.addCommand(buildCommand);
  program.addCommand(planCommand);
  program.addCommand(shellCommand);
  program.addCommand(
    auditCommand((path, values) => {
      const { json = false, ...rest } = values;
      take({ command: 'audit', path, options: toRaw(rest), json: json === true });
    }),
  );
  program.addCommand(
    new Command('targets')
      .description('Prints the targets, their aliases, and the systems of base images.')
      .option('--json', 'Print one JSON object.')
      .action(({ json = false }: { json?: boolean }) => {
        take({ command: 'targets', json });
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
        take({ command: 'index', directories, output, baseUrl, commit, json });
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
        take({ command: 'matrix', targets, grouped });
      }),
  );
  program.addCommand(
    new Command('diff')
      .description('Prints how two releases differ and, where known, why; exits with 1 when they differ.')
      .argument('A', 'a tarball or an unpacked release')
      .argument('B', 'the other one')
      .option('--json', 'Print one JSON object.')
      .action((one: string, other: string, { json = false }: { json?: boolean }) => {
        take({ command: 'diff', releases: [one, other], json });
      }),
  );
  for (const command of aroundCommands(take)) program.addCommand(command);
  program.addCommand(
    new Command('clean').description('Removes every container, volume and image that this program made.').action(() => {
      take({ command: 'clean' });
    }),
  );
  return program;
}

/** The arguments of this program, and those behind `--`, which are a command for the container. */
function splitCommand(argv: readonly string[]): readonly [readonly string[], readonly string[] | undefined] {
  const at = argv[0] === 'shell' ? argv.indexOf('--') : -1;
  if (at < 0) return [argv, undefined];
  if (at + 1 < argv.length) return [argv.slice(0, at), argv.slice(at + 1)];
  throw new MixReleaseError('bad-usage', {
    what: 'no command stands behind --',
    next: 'Write one, such as mix-release shell -- mix deps.tree, or leave -- out for a shell.',
  });
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
