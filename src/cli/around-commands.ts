import { Argument, Command, Option as Flag } from 'commander';
import { MixReleaseError } from '../errors.js';
import { SHELLS, type Shell } from './completion/describe.js';

/** A command around a build: before the first one, or when one does not work. */
export type AroundInvocation =
  | {
      readonly command: 'init';
      readonly directory: string;
      readonly targets: readonly string[];
      /** Undefined for what the project suggests. */
      readonly tagRelease: boolean | undefined;
      /** The action in the workflow, `OWNER/NAME@REF`. */
      readonly action: string;
      readonly force: boolean;
      /** Whether the workflow is printed, and nothing written. */
      readonly print: boolean;
    }
  | { readonly command: 'doctor'; readonly json: boolean }
  | { readonly command: 'completion'; readonly shell: Shell };

type Take = (invocation: AroundInvocation) => void;

export function aroundCommands(take: Take): readonly Command[] {
  return [initCommand(take), doctorCommand(take), completionCommand(take)];
}

interface InitFlags {
  readonly targets?: readonly string[];
  readonly tagRelease?: boolean;
  readonly action: string;
  readonly force?: boolean;
  readonly print?: boolean;
}

function initCommand(take: Take): Command {
  const append = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return new Command('init')
    .description('Writes .github/workflows/release.yml for the project in DIR, by what its files say; runs none of it.')
    .argument('[DIR]', 'directory of the project', '.')
    .option('--targets <TRIPLE>', 'Targets to build; by default those of mix-release.toml, else linux-x64-gnu.', append)
    .option('--tag-release', 'Let each tag become a GitHub release; by default where there are tags of versions.')
    .addOption(new Flag('--no-tag-release').hideHelp())
    .option('--action <OWNER/NAME@REF>', 'The action in the workflow, such as a fork.', 'OWNER/mix-release-action@v1')
    .option('--force', 'Replace a workflow that differs.')
    .option('--print', 'Print the workflow, and write nothing.')
    .action((directory: string, values: InitFlags) => {
      const { targets = [], tagRelease, action, force = false, print = false } = values;
      take({ command: 'init', directory, targets, tagRelease, action: requireAction(action), force, print });
    });
}

function requireAction(text: string): string {
  if (/^[\w.-]+\/[\w.-]+@[\w./-]+$/.test(text)) return text;
  throw new MixReleaseError('bad-option', {
    what: `--action is '${text}'`,
    next: 'It takes a repository and a version, a branch or a commit: OWNER/mix-release-action@v1.',
  });
}

function doctorCommand(take: Take): Command {
  return new Command('doctor')
    .description('Prints what works here and what does not: engine, emulators, registry, proxies, disk, versions.')
    .option('--json', 'Print one JSON object.')
    .action(({ json = false }: { json?: boolean }) => {
      take({ command: 'doctor', json });
    });
}

function completionCommand(take: Take): Command {
  return new Command('completion')
    .description('Prints a script that completes commands, flags and their values in SHELL.')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => {
      take({ command: 'completion', shell });
    });
}
