import { Command, CommanderError, Option as Flag } from 'commander';
import { helpOf } from '../options/describe.js';
import { REPEATABLE, type Option } from '../options/option.js';
import { OPTIONS, type OptionName, type RawOptions } from '../options/table.js';
import { MixReleaseError } from '../errors.js';
import packageJson from '../../package.json' with { type: 'json' };

/** What was asked for on the command line. */
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
      /** Whether the base image is started and asked what it is. */
      readonly probe: boolean;
    }
  | {
      readonly command: 'audit';
      /** A directory or a tarball. */
      readonly place: string;
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
  /** None for every known target. */
  | { readonly command: 'matrix'; readonly targets: readonly string[] }
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
  3    no container engine, or it was lost
  4    the image: not found, not what was asked for, or its builder could not be made
  5    the build failed: before-build, dependencies, compilation or the release
  6    the audit: the release does not fit the target
  7    the smoke test: the release does not run
  8    publishing failed: the output directory, the artifact or the index
  130  cancelled

1 is a bug in this program; for diff, it says that the releases differ.
`;

/**
 * Reads the arguments after the program's name.
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
  // These are many; what does not name the command does not ask for them.
  for (const command of [buildCommand, planCommand]) if (argv.includes(command.name())) addOptions(command);
  planCommand
    .option('--json', 'Print one JSON object.')
    .option('--probe', 'Also start the base image, pulled if need be, and ask it what it is.')
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
    auditCommand((place, values) => {
      const { json = false, ...rest } = values;
      invocation = { command: 'audit', place, options: toRaw(rest), json: json === true };
    }),
  );
  program.addCommand(
    new Command('targets')
      .description('Prints the targets, their other names, and the systems that builder images are made on.')
      .option('--json', 'Print one JSON object.')
      .action(({ json = false }: { json?: boolean }) => {
        invocation = { command: 'targets', json };
      }),
  );
  program.addCommand(
    new Command('index')
      .description(
        'Collects the tarballs in DIR..., and writes release.json, install.sh and checksums.txt beside them.',
      )
      .argument('<DIR...>', 'directories that builds wrote to, or artifacts were downloaded to')
      .option('--output <DIR>', 'Directory for all of it; by default the first DIR.')
      .option('--base-url <URL>', 'Address that the files will be below, for install.sh.')
      .option('--commit <SHA>', 'Commit that the tarballs were built from, for release.json.')
      .option('--json', 'Print one JSON object: the index and the files.')
      .action((directories: readonly string[], values: IndexFlags) => {
        const { output, baseUrl, commit, json = false } = values;
        invocation = { command: 'index', directories, output, baseUrl, commit, json };
      }),
  );
  program.addCommand(
    new Command('matrix')
      .description('Prints the rows of a workflow matrix for TARGETS, by default for every known one, as JSON.')
      .argument('[TARGETS...]', 'triples or shorter names')
      .action((targets: string[]) => {
        invocation = { command: 'matrix', targets };
      }),
  );
  program.addCommand(
    new Command('diff')
      .description('Prints in what two releases differ, and why as far as known; ends with 1 when they do.')
      .argument('A', 'a tarball or an unpacked release')
      .argument('B', 'the other one')
      .option('--json', 'Print one JSON object.')
      .action((one: string, other: string, { json = false }: { json?: boolean }) => {
        invocation = { command: 'diff', releases: [one, other], json };
      }),
  );
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

/** What the audit of a release that is there already takes of the options. */
const AUDIT_OPTIONS: Readonly<Partial<Record<OptionName, string>>> = {
  target: 'Target that the release is held against; by default the one that it was built for, as its files tell.',
  glibc: 'Highest glibc that the release may need, such as 2.31; by default there is no limit.',
  'allow-libraries': '',
  'audit-except': '',
};

function auditCommand(found: (place: string, values: Record<string, string | string[] | boolean>) => void): Command {
  const command = new Command('audit')
    .description('Reads every file of a release, and says where it runs, what it needs, and what is wrong with it.')
    .argument('PATH', 'directory or tarball of a release');
  for (const option of OPTIONS) {
    const summary = AUDIT_OPTIONS[option.name];
    if (summary !== undefined) command.addOption(toFlag(option, summary || option.summary));
  }
  return command.option('--json', 'Print one JSON object.').action(found);
}

function throwUnlessHelp(error: unknown, argv: readonly string[]): void {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return;
  const said = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const unnamed = argv[0] === 'help' ? `there is no command '${argv[1] ?? ''}'` : 'no command was given';
  const what = error.code === 'commander.help' ? unnamed : said;
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
}

function toFlag(option: Option, text: string): Flag {
  const { name, kind } = option;
  const { placeholder } = helpOf(option);
  const flag = new Flag(placeholder === undefined ? `--${name}` : `--${name} <${placeholder}>`, text);
  if (kind === 'secrets') flag.env(`MIX_RELEASE_${name.replaceAll('-', '_').toUpperCase()}`);
  return REPEATABLE.includes(kind)
    ? flag.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : flag;
}

/** Commander's camel-cased keys, back to the names of the options. */
function toRaw(values: Readonly<Record<string, string | string[] | boolean>>): RawOptions {
  const named = OPTIONS.flatMap(({ name }) => {
    const value = values[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
